INSERT INTO sessions (token_sha256, user_id, csrf_token, started_at, last_seen_at, expires_at, address)
VALUES (:token_sha256, :user_id, :csrf_token, :now, :now, :expires_at, :address)
