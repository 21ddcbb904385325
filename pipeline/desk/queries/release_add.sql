INSERT INTO releases (review_key, call_id, released_at, released_by)
VALUES (:review_key, :call_id, :now, :user_id)
ON CONFLICT (review_key) DO NOTHING
