DELETE FROM drafts WHERE call_id = :call_id AND user_id = :user_id
