SELECT * FROM corrections WHERE call_id = :call_id ORDER BY made_at, key
