SELECT draft_id, rubric, based_on, content, author, made_at, saved_at, state
FROM rubric_drafts WHERE state = 'draft' ORDER BY saved_at DESC, draft_id
