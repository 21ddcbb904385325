UPDATE hook_deliveries
SET delivered_at = :delivered_at, next_try_at = :next_try_at, last_error = :last_error
WHERE delivery_id = :delivery_id AND delivered_at IS NULL
