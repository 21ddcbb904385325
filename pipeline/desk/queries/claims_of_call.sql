SELECT k.call_id, k.user_id, coalesce(u.name, k.user_id) AS name, k.claimed_at, k.expires_at
FROM claims AS k
LEFT JOIN users AS u ON u.user_id = k.user_id
WHERE k.call_id = :call_id AND k.expires_at > :now
ORDER BY k.claimed_at
