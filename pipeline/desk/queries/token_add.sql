INSERT INTO api_tokens (token_sha256, token_id, user_id, name, made_at)
VALUES (:token_sha256, :token_id, :user_id, :name, :made_at)
