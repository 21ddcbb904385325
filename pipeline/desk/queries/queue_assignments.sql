SELECT a.call_id, a.user_id, coalesce(u.name, a.user_id) AS name, a.due_on
FROM assignments AS a
LEFT JOIN users AS u ON u.user_id = a.user_id
WHERE a.call_id IN :ids AND a.done_at IS NULL AND a.withdrawn_at IS NULL
ORDER BY a.due_on, a.user_id
