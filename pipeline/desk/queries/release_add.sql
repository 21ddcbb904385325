-- With a review those before it of the same evaluation: together they are what people say.
INSERT INTO releases (review_key, call_id, released_at, released_by)
SELECT reviews.key, reviews.call_id, :now, :user_id
FROM reviews
WHERE reviews.call_id = :call_id AND reviews.evaluation_key = :evaluation_key
ON CONFLICT (review_key) DO NOTHING
