-- By how many points each reviewer differs from others on the same criteria of the same call: one
-- number per call, summed up. Against the machine in all reviews; against colleagues where both
-- judged blind. Verdicts without points are left out on both sides.
WITH given AS (
    SELECT
        number, reviewer, kind, criterion,
        CASE human WHEN 'pass' THEN 1.0 WHEN 'partial' THEN 0.5 WHEN 'fail' THEN 0.0 END AS human,
        CASE machine WHEN 'pass' THEN 1.0 WHEN 'partial' THEN 0.5 WHEN 'fail' THEN 0.0 END
            AS machine
    FROM opinions
),
blind AS (
    SELECT * FROM given WHERE kind = 'blind' AND human IS NOT NULL
),
apart AS (
    SELECT 'machine' AS against, reviewer, number, human - machine AS points
    FROM given
    WHERE human IS NOT NULL AND machine IS NOT NULL
    UNION ALL
    SELECT 'colleagues', a.reviewer, a.number, a.human - avg(b.human)
    FROM blind a
    JOIN blind b ON b.number = a.number AND b.criterion = a.criterion AND b.reviewer <> a.reviewer
    GROUP BY a.reviewer, a.number, a.criterion, a.human
),
calls AS (
    SELECT against, reviewer, number, avg(points) AS points, count(*) AS verdicts
    FROM apart GROUP BY against, reviewer, number
)
SELECT
    against, reviewer, count(*) AS calls, sum(verdicts) AS verdicts, avg(points) AS mean,
    coalesce(var_samp(points), 0) AS variance
FROM calls
GROUP BY against, reviewer
ORDER BY against, reviewer
