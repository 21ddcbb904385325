SELECT
    c.call_id, c.key AS correction, c.review_key AS review, e.rubric, e.rubric_version, c.criterion,
    c.kind, s.verdict AS machine_verdict, c.verdict, c.evidence, c.reason, c.author, c.made_at, c.revokes,
    (c.revokes IS NULL AND NOT EXISTS (SELECT 1 FROM corrections r WHERE r.revokes = c.key)) AS stands
FROM corrections c
LEFT JOIN evaluations e ON e.key = c.evaluation_key
LEFT JOIN criterion_scores s ON s.evaluation_key = c.evaluation_key AND s.criterion = c.criterion
ORDER BY c.call_id, s.position, c.made_at, c.key
