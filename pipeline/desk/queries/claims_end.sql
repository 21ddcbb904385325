DELETE FROM claims WHERE call_id = :call_id
