SELECT
    a.assignment_id, a.call_id, a.user_id, coalesce(u.name, a.user_id) AS name, a.due_on,
    a.assigned_by, a.assigned_at, c.agent
FROM assignments AS a
INNER JOIN calls AS c ON c.call_id = a.call_id
LEFT JOIN users AS u ON u.user_id = a.user_id
WHERE a.user_id = :user_id AND a.done_at IS NULL AND a.withdrawn_at IS NULL AND c.reviewed = 0
ORDER BY coalesce(a.due_on, '9999'), c.urgency DESC
