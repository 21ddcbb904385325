INSERT INTO one_time_links (token_sha256, purpose, user_id, made_at, expires_at)
VALUES (:token_sha256, :purpose, :user_id, :made_at, :expires_at)
