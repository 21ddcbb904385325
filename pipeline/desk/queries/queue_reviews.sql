SELECT
    r.call_id, r.evaluation_key, r.reviewer, coalesce(u.name, r.reviewer) AS name,
    r.kind, r.finished_at, r.human_score
FROM reviews AS r
LEFT JOIN users AS u ON u.user_id = r.reviewer
WHERE r.call_id IN :ids
ORDER BY r.finished_at
