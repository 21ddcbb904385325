INSERT INTO outcomes (call_id, name, value, told_by, told_at)
VALUES (:call_id, :name, :value, :told_by, :told_at)
ON CONFLICT (call_id, name) DO UPDATE SET
    value = excluded.value, told_by = excluded.told_by, told_at = excluded.told_at
