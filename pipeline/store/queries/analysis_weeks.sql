-- By week, from Monday on, in UTC.
SELECT
    min(team) AS team, min(agent) AS agent, CAST(date_trunc('week', happened_at AT TIME ZONE 'UTC') AS DATE) AS week,
    count(score) AS machine_count, coalesce(avg(score), 0) AS machine_mean,
    coalesce(var_samp(score), 0) AS machine_variance,
    count(human_score) AS human_count, coalesce(avg(human_score), 0) AS human_mean,
    coalesce(var_samp(human_score), 0) AS human_variance
FROM scored
WHERE current
GROUP BY whose, week
ORDER BY week, whose
