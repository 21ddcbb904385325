-- Once only, by the agent whom it is for, while it stands and may be seen.
UPDATE coaching_notes
SET acknowledged_at = :now, acknowledged_by = :user_id, answer = :answer
WHERE
    note_id = :note_id
    AND agent = :agent
    AND acknowledged_at IS NULL
    AND withdrawn_at IS NULL
    AND EXISTS (SELECT 1 FROM releases WHERE releases.call_id = coaching_notes.call_id)
