SELECT
    releases.review_key,
    CASE WHEN disputes.dispute_id IS NULL THEN 0 ELSE 1 END AS disputed
FROM releases
LEFT JOIN disputes ON disputes.outcome_key = releases.review_key
WHERE releases.call_id = :call_id
