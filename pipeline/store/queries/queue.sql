WITH first AS (
    SELECT * FROM review_queue
    WHERE ($agent IS NULL OR agent = $agent) AND ($team IS NULL OR team = $team)
    ORDER BY queue_position
    LIMIT $limit
),
listed AS (
    SELECT evaluation_key, list({
        'kind': kind, 'sentence': sentence, 'inclusion_probability': inclusion_probability
    } ORDER BY position) AS flags
    FROM flags
    WHERE evaluation_key IN (SELECT evaluation_key FROM first)
    GROUP BY evaluation_key
)
SELECT
    f.queue_position AS position, f.call_id, f.rubric, f.rubric_version, f.evaluation_key,
    f.evaluated_at, f.score, f.agent, f.team, f.queue, f.started_at, l.flags
FROM first f
JOIN listed l ON l.evaluation_key = f.evaluation_key
ORDER BY f.queue_position
