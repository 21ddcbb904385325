SELECT password_hash FROM users WHERE user_id = :user_id AND active = 1
