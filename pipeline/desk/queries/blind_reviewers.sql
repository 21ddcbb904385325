SELECT reviewer
FROM reviews
WHERE call_id = :call_id AND evaluation_key = :evaluation_key AND kind = 'blind'
GROUP BY reviewer
ORDER BY min(finished_at), reviewer
