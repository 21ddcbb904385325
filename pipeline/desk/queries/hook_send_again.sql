UPDATE hook_deliveries SET next_try_at = :now, attempts = 0, delivered_at = NULL
WHERE delivery_id = :delivery_id
