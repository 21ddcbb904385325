SELECT * FROM corrections WHERE posted_at IS NULL ORDER BY made_at, key LIMIT :most
