UPDATE rubric_drafts SET content = :content, rubric = :rubric, saved_at = :now
WHERE draft_id = :draft_id AND state = 'draft'
