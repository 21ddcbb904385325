-- What is current, what people should look at, and how far machine and people agree.

CREATE VIEW current_calls AS
SELECT * FROM calls
QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY revision DESC) = 1;

-- Per call and rubric: the highest version, in it the latest.
CREATE VIEW current_evaluations AS
SELECT * FROM evaluations
QUALIFY row_number() OVER (
    PARTITION BY call_id, rubric ORDER BY rubric_version DESC, evaluated_at DESC, key DESC
) = 1;

-- Per call: of the current evaluations (one per rubric) the latest.
CREATE VIEW latest_evaluations AS
SELECT * FROM current_evaluations
QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY evaluated_at DESC, key DESC) = 1;

CREATE VIEW current_scores AS
SELECT
    e.call_id, e.rubric, e.rubric_version, s.position, s.criterion, s.verdict, s.probability,
    s.reason, s.explanation, e.score AS call_score, e.evaluated_at, e.key AS evaluation_key
FROM current_evaluations e
JOIN criterion_scores s ON s.evaluation_key = e.key;

-- Corrections that nobody took back.
CREATE VIEW standing_corrections AS
SELECT c.* FROM corrections c
WHERE c.revokes IS NULL
  AND NOT EXISTS (SELECT 1 FROM corrections r WHERE r.revokes = c.key);

-- What each reviewer says about each criterion: the last correction that stands, else the machine's
-- verdict, which the review then confirms. Unscored and uncorrected: nobody judged it, no row.
CREATE VIEW reviewed_verdicts AS
WITH counted AS (
    SELECT * FROM reviews
    QUALIFY row_number() OVER (
        PARTITION BY evaluation_key, reviewer ORDER BY finished_at DESC, key DESC
    ) = 1
),
changed AS (
    SELECT review_key, criterion, arg_max(verdict, (made_at, key)) AS verdict
    FROM standing_corrections
    WHERE verdict IS NOT NULL
    GROUP BY review_key, criterion
)
SELECT
    r.key AS review_key, r.call_id, r.evaluation_key, r.reviewer, e.rubric, e.rubric_version,
    s.criterion, s.verdict AS machine_verdict, coalesce(c.verdict, s.verdict) AS verdict
FROM counted r
JOIN evaluations e ON e.key = r.evaluation_key
JOIN criterion_scores s ON s.evaluation_key = r.evaluation_key
LEFT JOIN changed c ON c.review_key = r.key AND c.criterion = s.criterion
WHERE c.verdict IS NOT NULL OR s.verdict <> 'unscored';

-- Cohen's kappa, unweighted (Cohen 1960): (observed - expected) / (1 - expected).
-- Unscored verdicts of the machine are left out of model_reviewer.
CREATE VIEW agreement_by_criterion AS
WITH pairs AS (
    SELECT rubric, rubric_version, criterion, 'model_reviewer' AS between_whom,
           machine_verdict AS one, verdict AS other
    FROM reviewed_verdicts
    WHERE machine_verdict <> 'unscored'
    UNION ALL
    SELECT a.rubric, a.rubric_version, a.criterion, 'reviewer_reviewer', a.verdict, b.verdict
    FROM reviewed_verdicts a
    JOIN reviewed_verdicts b
      ON b.evaluation_key = a.evaluation_key AND b.criterion = a.criterion AND b.reviewer > a.reviewer
),
observed AS (
    SELECT rubric, rubric_version, criterion, between_whom,
           count(*) AS pairs, count(*) FILTER (WHERE one = other) AS agreed
    FROM pairs GROUP BY ALL
),
labels AS (
    SELECT rubric, rubric_version, criterion, between_whom, label,
           sum(ones) AS ones, sum(others) AS others
    FROM (
        SELECT rubric, rubric_version, criterion, between_whom, one AS label, 1 AS ones, 0 AS others
        FROM pairs
        UNION ALL
        SELECT rubric, rubric_version, criterion, between_whom, other, 0, 1 FROM pairs
    )
    GROUP BY ALL
),
expected AS (
    SELECT rubric, rubric_version, criterion, between_whom,
           sum(CAST(ones AS DOUBLE) * CAST(others AS DOUBLE)) AS products
    FROM labels GROUP BY ALL
)
SELECT
    o.rubric, o.rubric_version, o.criterion, o.between_whom, o.pairs, o.agreed,
    o.agreed / o.pairs AS agreement,
    CASE WHEN x.products = o.pairs * o.pairs THEN 1.0
         ELSE (o.agreed / o.pairs - x.products / (o.pairs * o.pairs))
              / (1 - x.products / (o.pairs * o.pairs)) END AS kappa
FROM observed o
JOIN expected x USING (rubric, rubric_version, criterion, between_whom);

-- One row per flagged call that no one has reviewed, worst first by queue_position.
-- A critical fail comes first; calls that are only in the random slice come last.
CREATE VIEW review_queue AS
WITH flagged AS (
    SELECT evaluation_key,
           bool_or(kind = 'critical_fail') AS critical,
           count(*) FILTER (WHERE kind <> 'random_slice') AS reasons,
           count(*) AS flags
    FROM flags GROUP BY evaluation_key
)
SELECT
    row_number() OVER (
        ORDER BY f.critical DESC, (f.reasons > 0) DESC, e.score ASC NULLS LAST, f.reasons DESC,
                 e.call_id, e.rubric
    ) AS queue_position,
    e.call_id, e.rubric, e.rubric_version, e.key AS evaluation_key, e.score, e.evaluated_at,
    c.agent, c.team, c.queue, c.started_at, f.critical, f.flags
FROM current_evaluations e
JOIN flagged f ON f.evaluation_key = e.key
LEFT JOIN current_calls c ON c.call_id = e.call_id
WHERE NOT EXISTS (SELECT 1 FROM reviews r WHERE r.evaluation_key = e.key);

CREATE VIEW agent_scores AS
SELECT
    c.agent, c.team, e.rubric, count(*) AS calls, count(e.score) AS scored_calls,
    avg(e.score) AS mean_score, min(e.score) AS lowest_score,
    count(*) FILTER (WHERE f.critical) AS critical_fails,
    count(*) FILTER (WHERE f.evaluation_key IS NOT NULL) AS flagged_calls
FROM current_evaluations e
LEFT JOIN current_calls c ON c.call_id = e.call_id
LEFT JOIN (
    SELECT evaluation_key, bool_or(kind = 'critical_fail') AS critical FROM flags GROUP BY ALL
) f ON f.evaluation_key = e.key
GROUP BY c.agent, c.team, e.rubric;
