-- What reviewers said in the period, beside the machine's verdict on the same criterion of the same
-- call. Settlements are nobody's own view. Calls in $hidden wait for two blind reviews.
CREATE TEMP TABLE opinions AS
WITH judged AS (
    SELECT e.key, e.call_id, c.team, row_number() OVER () AS number
    FROM (
        SELECT key, call_id FROM evaluations
        WHERE rubric = $rubric AND key IN (SELECT evaluation_key FROM reviews)
    ) e
    LEFT JOIN (SELECT call_id, team FROM current_calls) c ON c.call_id = e.call_id
    WHERE ($teams IS NULL OR list_contains($teams::VARCHAR[], c.team))
      AND e.call_id NOT IN (SELECT unnest($hidden::VARCHAR[]))
),
machine AS (
    SELECT j.number, s.criterion, s.position, s.verdict
    FROM criterion_scores s
    JOIN judged j ON j.key = s.evaluation_key
)
SELECT
    j.number, v.criterion, m.position, v.reviewer, v.kind,
    CAST(date_trunc('month', v.finished_at AT TIME ZONE 'UTC') AS DATE) AS month,
    m.verdict AS machine, v.verdict AS human
FROM said_verdicts v
JOIN judged j ON j.key = v.evaluation_key
JOIN machine m ON m.number = j.number AND m.criterion = v.criterion
WHERE v.kind <> 'settlement' AND v.finished_at >= $since AND v.finished_at < $until
