-- All that two people judged blindly: who said the same of the same criterion.
SELECT
    calls.team,
    calls.agent,
    one.call_id,
    said.criterion,
    CASE WHEN said.verdict = besides.verdict THEN 1 ELSE 0 END AS same
FROM reviews AS one
INNER JOIN calls ON calls.call_id = one.call_id AND calls.evaluation_key = one.evaluation_key
INNER JOIN reviews AS other
    ON other.call_id = one.call_id
    AND other.evaluation_key = one.evaluation_key
    AND other.key > one.key
    AND other.reviewer <> one.reviewer
INNER JOIN review_verdicts AS said ON said.review_key = one.key
INNER JOIN review_verdicts AS besides
    ON besides.review_key = other.key AND besides.criterion = said.criterion
WHERE one.kind = 'blind' AND other.kind = 'blind'
