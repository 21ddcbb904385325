SELECT 1 FROM sessions WHERE user_id = :user_id AND address = :address LIMIT 1
