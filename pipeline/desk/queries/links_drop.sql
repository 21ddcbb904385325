DELETE FROM one_time_links
WHERE purpose = :purpose AND coalesce(user_id, '') = :user_id AND used_at IS NULL
