SELECT
    r.call_id, r.key AS review, r.reviewer, e.rubric, e.rubric_version, r.evaluation_key,
    r.started_at, r.finished_at, r.note
FROM reviews r
LEFT JOIN evaluations e ON e.key = r.evaluation_key
ORDER BY r.call_id, r.finished_at, r.key
