UPDATE users
SET name = :name, role = :role, agent = :agent, teams = :teams, goal_per_week = :goal_per_week
WHERE user_id = :user_id
