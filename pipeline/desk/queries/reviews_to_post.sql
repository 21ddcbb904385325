SELECT * FROM reviews WHERE posted_at IS NULL ORDER BY finished_at, key LIMIT :most
