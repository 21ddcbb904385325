-- Keys of a call's evaluations; the one to show first, then the others, latest first.
SELECT e.key, e.key = shown.key AS shown
FROM evaluations e
LEFT JOIN (
    SELECT key FROM current_evaluations
    WHERE call_id = $call_id AND ($rubric IS NULL OR rubric = $rubric)
    ORDER BY evaluated_at DESC, key DESC LIMIT 1
) shown ON true
WHERE e.call_id = $call_id
ORDER BY shown DESC, e.evaluated_at DESC, e.key DESC
