INSERT INTO hook_deliveries (delivery_id, hook_id, event, body, made_at, attempts, next_try_at)
VALUES (:delivery_id, :hook_id, :event, :body, :made_at, 0, :made_at)
