INSERT INTO saved_views (view_id, user_id, name, address, shared, saved_at)
VALUES (:view_id, :user_id, :name, :address, :shared, :saved_at)
