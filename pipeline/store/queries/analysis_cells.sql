-- What pipeline.pass_rate needs: calls that are alike, how many of them people reviewed and passed.
WITH current_calls_scored AS (
    SELECT whose, team, agent, evaluation_key, human_score FROM scored WHERE current
),
flagged AS (
    SELECT
        evaluation_key,
        arg_min(kind, position) FILTER (WHERE kind <> 'random_slice') AS flag,
        max(inclusion_probability) AS inclusion_probability
    FROM flags
    GROUP BY evaluation_key
)
SELECT
    min(c.team) AS team, min(c.agent) AS agent, f.flag, f.inclusion_probability,
    count(*) AS calls, count(c.human_score) AS reviewed,
    count(*) FILTER (WHERE c.human_score >= $passing) AS passed
FROM current_calls_scored c
LEFT JOIN flagged f ON f.evaluation_key = c.evaluation_key
GROUP BY c.whose, f.flag, f.inclusion_probability
ORDER BY c.whose, f.flag, f.inclusion_probability
