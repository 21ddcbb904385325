UPDATE assignments SET withdrawn_at = :now
WHERE call_id = :call_id AND done_at IS NULL AND withdrawn_at IS NULL
