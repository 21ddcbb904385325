SELECT call_id, value FROM outcomes WHERE name = :name
