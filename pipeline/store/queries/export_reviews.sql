WITH said AS (
    SELECT review_key, list({
        'criterion': criterion, 'machine_verdict': machine_verdict, 'verdict': verdict,
        'agrees': agrees, 'reason': reason, 'evidence': evidence
    } ORDER BY criterion) AS verdicts
    FROM review_verdicts GROUP BY review_key
)
SELECT
    r.call_id, r.key AS review, r.reviewer, r.kind, e.rubric, e.rubric_version, r.evaluation_key,
    r.started_at, r.finished_at, r.active_s, r.machine_score, r.human_score, r.note,
    coalesce(s.verdicts, []) AS verdicts
FROM reviews r
LEFT JOIN evaluations e ON e.key = r.evaluation_key
LEFT JOIN said s ON s.review_key = r.key
ORDER BY r.call_id, r.finished_at, r.key
