-- Their own, which is about to be given anew, and of those of others all but the latest few.
UPDATE assignments SET withdrawn_at = :now
WHERE call_id = :call_id AND done_at IS NULL AND withdrawn_at IS NULL AND (
    user_id = :user_id
    OR (
        SELECT count(*) FROM assignments AS later
        WHERE later.call_id = assignments.call_id AND later.user_id <> :user_id
            AND later.done_at IS NULL AND later.withdrawn_at IS NULL
            AND (later.assigned_at > assignments.assigned_at OR (
                later.assigned_at = assignments.assigned_at
                AND later.assignment_id > assignments.assignment_id
            ))
    ) >= :others
)
