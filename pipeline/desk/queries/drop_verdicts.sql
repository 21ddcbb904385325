DELETE FROM call_verdicts WHERE call_id = :call_id
