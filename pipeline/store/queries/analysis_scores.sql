SELECT
    min(team) AS team, min(agent) AS agent, current, count(*) AS calls, max(happened_at) AS latest,
    count(score) AS machine_count, coalesce(avg(score), 0) AS machine_mean,
    coalesce(var_samp(score), 0) AS machine_variance,
    count(*) FILTER (WHERE score >= $passing) AS machine_passed,
    count(human_score) AS human_count, coalesce(avg(human_score), 0) AS human_mean,
    coalesce(var_samp(human_score), 0) AS human_variance
FROM scored
GROUP BY whose, current
ORDER BY whose, current
