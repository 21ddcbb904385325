-- Of the calls on which a criterion was judged and applied: how many passed, and how many verdicts
-- are people's.
WITH judged AS (
    SELECT
        a.whose, a.team, a.agent, a.current, s.criterion, s.position,
        coalesce(h.verdict, s.verdict) AS verdict, h.verdict IS NOT NULL AS by_people
    FROM analysed a
    JOIN criterion_scores s ON s.evaluation_key = a.evaluation_key
    LEFT JOIN said h ON h.number = a.number AND h.criterion = s.criterion
    WHERE a.current OR $before_too
)
SELECT
    min(team) AS team, min(agent) AS agent, current, criterion, min(position) AS position,
    count(*) AS judged, count(*) FILTER (WHERE verdict = 'pass') AS passed,
    count(*) FILTER (WHERE by_people) AS by_people
FROM judged
WHERE verdict IN ('pass', 'partial', 'fail')
GROUP BY whose, current, criterion
ORDER BY position, criterion
