SELECT 1 FROM releases WHERE call_id = :call_id LIMIT 1
