SELECT view_id, user_id, name, address, shared, saved_at
FROM saved_views
WHERE user_id = :user_id OR shared = 1
ORDER BY CASE WHEN user_id = :user_id THEN 0 ELSE 1 END, name, saved_at
