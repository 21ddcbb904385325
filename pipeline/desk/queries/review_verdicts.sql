SELECT v.*
FROM review_verdicts v
JOIN reviews r ON r.key = v.review_key
WHERE r.call_id = :call_id
ORDER BY v.review_key, v.criterion
