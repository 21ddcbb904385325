UPDATE hook_deliveries SET attempts = attempts + 1, next_try_at = :until WHERE delivery_id = :delivery_id
