-- When each call of a group was, its scores, and what the manifest says came of it. A yes or no is 1
-- or 0. $group is an agent, or a team where $by_team.
SELECT
    s.call_id, epoch(s.happened_at) AS at_s, s.score, s.human_score,
    coalesce(c.csat, try_cast(c.extra ->> 'csat' AS DOUBLE)) AS csat,
    CASE lower(c.extra ->> 'fcr')
        WHEN 'true' THEN 1 WHEN 'yes' THEN 1 WHEN 'false' THEN 0 WHEN 'no' THEN 0
        ELSE try_cast(c.extra ->> 'fcr' AS DOUBLE) END AS fcr,
    try_cast(c.extra ->> 'aht_s' AS DOUBLE) AS aht_s
FROM scored s
JOIN (SELECT call_id, csat, extra FROM current_calls) c ON c.call_id = s.call_id
WHERE s.current AND CASE WHEN $by_team THEN s.team = $group ELSE s.agent = $group END
ORDER BY s.happened_at, s.call_id
