-- Disputes with what a list shows of their calls and people.
-- Their due date grows with when they were opened, so one order serves both.
SELECT
    disputes.dispute_id,
    disputes.call_id,
    disputes.evaluation_key,
    disputes.review_key,
    disputes.criterion,
    calls.agent,
    calls.team,
    calls.started_at,
    disputes.opened_by,
    coalesce(openers.name, disputes.opened_by) AS opened_by_name,
    disputes.opened_at,
    disputes.comment,
    disputes.due_on,
    disputes.state,
    disputes.decided_by,
    coalesce(deciders.name, disputes.decided_by) AS decided_by_name,
    disputes.decided_at,
    disputes.decision,
    disputes.outcome_key
FROM disputes
INNER JOIN calls ON calls.call_id = disputes.call_id
LEFT JOIN users AS openers ON openers.user_id = disputes.opened_by
LEFT JOIN users AS deciders ON deciders.user_id = disputes.decided_by
