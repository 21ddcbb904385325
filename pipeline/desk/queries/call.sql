SELECT * FROM calls WHERE call_id = :call_id
