SELECT d.delivery_id, d.hook_id, h.address, h.secret, d.event, d.body, d.attempts
FROM hook_deliveries d
JOIN hooks h ON h.hook_id = d.hook_id
WHERE d.next_try_at <= :now AND h.active = 1
ORDER BY d.next_try_at, d.delivery_id
LIMIT :most
