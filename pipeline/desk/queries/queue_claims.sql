SELECT k.call_id, k.user_id, coalesce(u.name, k.user_id) AS name, k.expires_at
FROM claims AS k
LEFT JOIN users AS u ON u.user_id = k.user_id
WHERE k.call_id IN :ids AND k.expires_at > :now AND k.user_id <> :me
ORDER BY k.claimed_at
