SELECT token_sha256, started_at, last_seen_at, expires_at, address
FROM sessions
WHERE user_id = :user_id AND ended_at IS NULL AND expires_at > :now
ORDER BY last_seen_at DESC
