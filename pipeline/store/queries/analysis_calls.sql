-- One row per call that an analysis is about: when it was, whose it is, what the machine says of it.
-- The period before is as long as the period and ends where that begins.
-- Calls in $hidden wait for two blind reviews: nobody may see yet what was judged of them.
CREATE TEMP TABLE analysed AS
WITH evaluated AS (
    SELECT key, call_id, rubric_version, score, evaluated_at
    FROM current_evaluations
    WHERE rubric = $rubric
),
known AS (
    SELECT call_id, agent, team, started_at
    FROM current_calls
    WHERE ($teams IS NULL OR list_contains($teams::VARCHAR[], team))
      AND ($team IS NULL OR team = $team)
),
placed AS (
    SELECT
        e.key AS evaluation_key, e.call_id, e.rubric_version, e.score, c.agent, c.team,
        coalesce(c.started_at, e.evaluated_at) AS happened_at
    FROM evaluated e
    JOIN known c ON c.call_id = e.call_id
    WHERE coalesce(c.started_at, e.evaluated_at) >= $before
      AND coalesce(c.started_at, e.evaluated_at) < $until
),
owners AS (
    SELECT team, agent, row_number() OVER () AS whose
    FROM (SELECT DISTINCT team, agent FROM placed)
)
SELECT
    row_number() OVER () AS number, o.whose, p.*, p.happened_at >= $since AS current
FROM placed p
JOIN owners o ON o.team IS NOT DISTINCT FROM p.team AND o.agent IS NOT DISTINCT FROM p.agent
WHERE p.call_id NOT IN (SELECT unnest($hidden::VARCHAR[]))
