SELECT token_id, name, made_at, last_used_at
FROM api_tokens
WHERE user_id = :user_id AND revoked_at IS NULL
ORDER BY made_at DESC
