UPDATE coaching_notes
SET withdrawn_at = :now, withdrawn_by = :user_id
WHERE note_id = :note_id AND withdrawn_at IS NULL
