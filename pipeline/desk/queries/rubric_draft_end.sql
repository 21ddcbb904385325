UPDATE rubric_drafts SET state = :state, saved_at = :now WHERE draft_id = :draft_id AND state = 'draft'
