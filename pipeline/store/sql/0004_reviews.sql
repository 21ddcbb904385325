-- Agreeing is said, not assumed: what each reviewer says about each criterion has a table of its own.
-- Who works here and what they did is kept by the desk.

ALTER TABLE reviews ADD COLUMN kind VARCHAR DEFAULT 'open';     -- open | blind | settlement
ALTER TABLE reviews ADD COLUMN active_s DOUBLE;
ALTER TABLE reviews ADD COLUMN machine_score DOUBLE;
ALTER TABLE reviews ADD COLUMN human_score DOUBLE;
ALTER TABLE corrections ADD COLUMN kind VARCHAR DEFAULT 'wrong_verdict';

CREATE TABLE review_verdicts (
    review_key VARCHAR NOT NULL,
    criterion VARCHAR NOT NULL,
    machine_verdict VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    agrees BOOLEAN,                     -- NULL: given without seeing the machine's
    reason VARCHAR,                     -- why, and the words it rests on, where no correction says so
    evidence STRUCT(turn INTEGER, quote VARCHAR, start_s DOUBLE, end_s DOUBLE)[]
);

DROP TABLE users;
DROP TABLE audit_log;

CREATE OR REPLACE VIEW standing_corrections AS
SELECT c.* FROM corrections c
WHERE c.revokes IS NULL
  AND NOT EXISTS (SELECT 1 FROM corrections r WHERE r.revokes = c.key);

-- What each reviewer says about each criterion: the last correction of the verdict that stands, else
-- what the review said. A verdict whose correction was taken back is nobody's; neither is one of which
-- a review says nothing.
CREATE OR REPLACE VIEW reviewed_verdicts AS
WITH counted AS (
    SELECT * FROM reviews
    QUALIFY row_number() OVER (
        PARTITION BY evaluation_key, reviewer, kind ORDER BY finished_at DESC, key DESC
    ) = 1
),
said AS (
    SELECT review_key, criterion, machine_verdict, verdict FROM review_verdicts
),
changed AS (
    SELECT review_key, criterion, arg_max(verdict, (made_at, key)) AS verdict
    FROM standing_corrections
    WHERE verdict IS NOT NULL
    GROUP BY review_key, criterion
),
taken_back AS (
    SELECT DISTINCT c.review_key, c.criterion
    FROM corrections c
    JOIN corrections r ON r.revokes = c.key
    WHERE c.verdict IS NOT NULL
)
SELECT
    r.key AS review_key, r.call_id, r.evaluation_key, r.reviewer, r.kind, r.finished_at,
    e.rubric, e.rubric_version, s.criterion, s.verdict AS machine_verdict,
    coalesce(c.verdict, d.verdict) AS verdict
FROM counted r
JOIN evaluations e ON e.key = r.evaluation_key
JOIN criterion_scores s ON s.evaluation_key = r.evaluation_key
LEFT JOIN said d ON d.review_key = r.key AND d.criterion = s.criterion
LEFT JOIN changed c ON c.review_key = r.key AND c.criterion = s.criterion
LEFT JOIN taken_back t ON t.review_key = r.key AND t.criterion = s.criterion
WHERE c.verdict IS NOT NULL OR (d.verdict IS NOT NULL AND t.criterion IS NULL);

-- Cohen's kappa, unweighted (Cohen 1960): (observed - expected) / (1 - expected).
-- Unscored verdicts of the machine are left out of model_reviewer; settlements are nobody's own view.
CREATE OR REPLACE VIEW agreement_by_criterion AS
WITH pairs AS (
    SELECT rubric, rubric_version, criterion, 'model_reviewer' AS between_whom,
           machine_verdict AS one, verdict AS other
    FROM reviewed_verdicts
    WHERE machine_verdict <> 'unscored' AND kind <> 'settlement'
    UNION ALL
    SELECT a.rubric, a.rubric_version, a.criterion, 'reviewer_reviewer', a.verdict, b.verdict
    FROM reviewed_verdicts a
    JOIN reviewed_verdicts b
      ON b.evaluation_key = a.evaluation_key AND b.criterion = a.criterion AND b.reviewer > a.reviewer
    WHERE a.kind <> 'settlement' AND b.kind <> 'settlement'
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
-- A blind review is one of two. A critical fail comes first; calls that are only in the random slice come last.
CREATE OR REPLACE VIEW review_queue AS
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
WHERE NOT EXISTS (SELECT 1 FROM reviews r WHERE r.evaluation_key = e.key AND r.kind <> 'blind')
  AND (SELECT count(DISTINCT r.reviewer) FROM reviews r
       WHERE r.evaluation_key = e.key AND r.kind = 'blind') < 2;
