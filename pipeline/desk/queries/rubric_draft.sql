SELECT draft_id, rubric, based_on, content, author, made_at, saved_at, state
FROM rubric_drafts WHERE draft_id = :draft_id
