SELECT user_id, name FROM users WHERE role <> 'agent' AND active = 1 ORDER BY name, user_id
