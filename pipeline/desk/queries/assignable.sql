SELECT c.call_id, c.agent, c.team, c.reviewed, c.sealed, EXISTS (
    SELECT 1 FROM reviews AS r
    WHERE r.call_id = c.call_id AND r.evaluation_key = c.evaluation_key AND r.reviewer = :user_id
) AS judged
FROM calls AS c
WHERE c.call_id IN :ids
