SELECT count(*) FROM assignments
WHERE user_id = :user_id AND done_at IS NULL AND withdrawn_at IS NULL
