INSERT INTO users (user_id, name, role, agent, teams, active, goal_per_week, added_at, added_by)
VALUES (:user_id, :name, :role, :agent, :teams, 1, :goal_per_week, :added_at, :added_by)
