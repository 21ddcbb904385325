INSERT INTO hooks (hook_id, address, secret, events, active, added_by, added_at)
VALUES (:hook_id, :address, :secret, :events, 1, :added_by, :added_at)
