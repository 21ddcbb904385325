SELECT d.delivery_id, d.hook_id, h.address, d.event, d.made_at, d.attempts, d.next_try_at,
       d.delivered_at, d.last_error
FROM hook_deliveries d
JOIN hooks h ON h.hook_id = d.hook_id
ORDER BY d.made_at DESC, d.delivery_id
LIMIT :most
