DELETE FROM one_time_links WHERE coalesce(user_id, '') = :user_id AND used_at IS NULL
