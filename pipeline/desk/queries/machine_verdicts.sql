SELECT criterion, verdict, probability FROM call_verdicts WHERE call_id = :call_id ORDER BY position
