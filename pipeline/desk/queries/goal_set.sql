UPDATE users SET goal_per_week = :goal WHERE user_id = :user_id
