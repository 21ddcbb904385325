UPDATE users SET active = :active WHERE user_id = :user_id
