SELECT purpose, user_id, expires_at
FROM one_time_links
WHERE token_sha256 = :token_sha256 AND used_at IS NULL AND expires_at > :now
