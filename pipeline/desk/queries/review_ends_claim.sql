DELETE FROM claims WHERE call_id = :call_id AND user_id = :user_id
