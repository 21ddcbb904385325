SELECT * FROM reviews WHERE call_id = :call_id ORDER BY finished_at, key
