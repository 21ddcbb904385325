SELECT o.name, count(*) AS calls, count(c.call_id) AS known, min(o.value) AS lowest,
       max(o.value) AS highest, max(o.told_at) AS told_at
FROM outcomes o
LEFT JOIN calls c ON c.call_id = o.call_id
GROUP BY o.name
ORDER BY o.name
