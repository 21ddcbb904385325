SELECT o.call_id, c.agent, c.team, o.name, o.value, o.told_by, o.told_at
FROM outcomes o
LEFT JOIN calls c ON c.call_id = o.call_id
ORDER BY o.call_id, o.name
