SELECT
    t.last_used_at,
    u.user_id, u.name, u.role, u.agent, u.teams, u.password_hash, u.active, u.goal_per_week,
    u.added_at, u.added_by
FROM api_tokens t
JOIN users u ON u.user_id = t.user_id
WHERE t.token_sha256 = :token_sha256 AND t.revoked_at IS NULL AND u.active = 1
