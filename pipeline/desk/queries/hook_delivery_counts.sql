SELECT hook_id,
       count(delivered_at) AS delivered,
       count(CASE WHEN delivered_at IS NULL THEN next_try_at END) AS waiting,
       count(CASE WHEN delivered_at IS NULL AND next_try_at IS NULL THEN 1 END) AS given_up
FROM hook_deliveries GROUP BY hook_id
