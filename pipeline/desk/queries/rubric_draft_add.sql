INSERT INTO rubric_drafts (draft_id, rubric, based_on, content, author, made_at, saved_at, state)
VALUES (:draft_id, :rubric, :based_on, :content, :author, :now, :now, 'draft')
