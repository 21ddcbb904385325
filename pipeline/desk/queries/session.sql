SELECT
    s.csrf_token, s.started_at, s.last_seen_at, s.expires_at,
    u.user_id, u.name, u.role, u.agent, u.teams, u.password_hash, u.active, u.goal_per_week,
    u.added_at, u.added_by
FROM sessions s
JOIN users u ON u.user_id = s.user_id
WHERE s.token_sha256 = :token_sha256
    AND s.ended_at IS NULL
    AND s.expires_at > :now
    AND u.active = 1
