-- The evaluation to show of each call, the latest, of calls that were evaluated since a moment.
WITH touched AS (
    SELECT DISTINCT call_id FROM evaluations WHERE $since IS NULL OR evaluated_at >= $since
)
SELECT e.call_id, e.key AS evaluation_key, c.revision, e.evaluated_at
FROM touched t
JOIN latest_evaluations e ON e.call_id = t.call_id
JOIN current_calls c ON c.call_id = t.call_id
ORDER BY e.evaluated_at, e.key
