-- Once only: whoever comes second changes nothing.
UPDATE disputes
SET
    state = :state,
    decided_by = :decided_by,
    decided_at = :now,
    decision = :decision,
    outcome_key = :outcome_key
WHERE dispute_id = :dispute_id AND state = 'open'
