INSERT INTO claims (call_id, user_id, claimed_at, expires_at)
VALUES (:call_id, :user_id, :now, :expires_at)
ON CONFLICT (call_id, user_id) DO UPDATE SET expires_at = excluded.expires_at
