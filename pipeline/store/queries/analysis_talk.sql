-- Talk metrics of the calls, by name; those of written calls are NULL and left out.
WITH measured AS (
    SELECT a.whose, a.team, a.agent, a.current, unnest(map_entries(e.metrics)) AS own
    FROM analysed a
    JOIN evaluations e ON e.key = a.evaluation_key
    WHERE a.current
)
SELECT
    min(team) AS team, min(agent) AS agent, own.key AS name, count(own.value) AS count,
    coalesce(avg(own.value), 0) AS mean, coalesce(var_samp(own.value), 0) AS variance
FROM measured
WHERE own.value IS NOT NULL
GROUP BY whose, own.key
ORDER BY whose, own.key
