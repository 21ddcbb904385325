SELECT user_id, name, role, agent, teams, password_hash, active, goal_per_week, added_at, added_by
FROM users
ORDER BY active DESC, user_id
