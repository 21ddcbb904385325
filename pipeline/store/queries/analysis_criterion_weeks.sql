-- Of the calls of a group, by criterion and week: how many passed, and how many verdicts are people's.
-- $group is an agent, or a team where $by_team.
WITH own AS (
    SELECT
        number, evaluation_key,
        CAST(date_trunc('week', happened_at AT TIME ZONE 'UTC') AS DATE) AS week
    FROM analysed
    WHERE current AND CASE WHEN $by_team THEN team = $group ELSE agent = $group END
),
judged AS (
    SELECT
        o.week, s.criterion, s.position, coalesce(h.verdict, s.verdict) AS verdict,
        h.verdict IS NOT NULL AS by_people
    FROM own o
    JOIN criterion_scores s ON s.evaluation_key = o.evaluation_key
    LEFT JOIN said h ON h.number = o.number AND h.criterion = s.criterion
)
SELECT
    criterion, week, min(position) AS position, count(*) AS judged,
    count(*) FILTER (WHERE verdict = 'pass') AS passed,
    count(*) FILTER (WHERE by_people) AS by_people
FROM judged
WHERE verdict IN ('pass', 'partial', 'fail')
GROUP BY criterion, week
ORDER BY position, criterion, week
