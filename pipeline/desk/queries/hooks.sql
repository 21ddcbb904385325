SELECT hook_id, address, events, active, added_by, added_at FROM hooks ORDER BY added_at, hook_id
