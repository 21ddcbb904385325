-- One row per call: those that have a transcript, and those that failed before they had one.
-- A call in which nobody was heard has an evaluation, all unscored, and a job that failed with it.
WITH failed AS (
    SELECT DISTINCT call_id FROM jobs WHERE status = 'failed'
),
unheard AS (
    SELECT DISTINCT evaluation_key FROM jobs
    WHERE status = 'failed' AND evaluation_key IS NOT NULL
),
known AS (
    SELECT call_id FROM current_calls
    UNION
    SELECT call_id FROM failed
),
listed AS (
    SELECT evaluation_key, list({
        'kind': kind, 'sentence': sentence, 'inclusion_probability': inclusion_probability
    } ORDER BY position) AS flags
    FROM flags GROUP BY evaluation_key
)
SELECT
    k.call_id, e.score, coalesce(l.flags, []) AS flags, e.sentiment_start, e.sentiment_end,
    t.duration_s, coalesce(e.metrics, MAP {}) AS metrics,
    CASE WHEN u.evaluation_key IS NOT NULL THEN 'failed'
         WHEN e.key IS NOT NULL THEN 'scored'
         WHEN f.call_id IS NOT NULL THEN 'failed'
         ELSE 'transcribed' END AS status
FROM known k
LEFT JOIN latest_evaluations e ON e.call_id = k.call_id
LEFT JOIN transcripts t ON t.key = e.transcript_key
LEFT JOIN listed l ON l.evaluation_key = e.key
LEFT JOIN unheard u ON u.evaluation_key = e.key
LEFT JOIN failed f ON f.call_id = k.call_id
ORDER BY k.call_id
