SELECT
    (SELECT count(DISTINCT call_id) FROM calls) AS calls,
    (SELECT count(*) FROM recordings) AS recordings,
    (SELECT count(*) FROM transcripts) AS transcripts,
    (SELECT count(*) FROM turns) AS turns,
    (SELECT count(*) FROM evaluations) AS evaluations,
    (SELECT count(DISTINCT call_id) FROM evaluations) AS scored_calls,
    (SELECT count(DISTINCT call_id) FROM review_queue) AS flagged_calls,
    (SELECT count(DISTINCT call_id) FROM jobs j WHERE status = 'failed'
        AND NOT EXISTS (SELECT 1 FROM evaluations e WHERE e.call_id = j.call_id)) AS failed_calls,
    (SELECT count(*) FROM reviews) AS reviews,
    (SELECT count(*) FROM corrections) AS corrections,
    (SELECT count(*) FROM jobs) AS jobs
