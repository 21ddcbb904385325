-- What reviewers say has a view of its own that does not ask for the machine's verdicts: figures over
-- all calls need it often, and the machine's table is by far the largest.

-- What each reviewer says about each criterion: the last correction of the verdict that stands, else
-- what the review said. A verdict whose correction was taken back is nobody's; neither is one of which
-- a review says nothing.
CREATE VIEW said_verdicts AS
WITH counted AS (
    SELECT * FROM reviews
    QUALIFY row_number() OVER (
        PARTITION BY evaluation_key, reviewer, kind ORDER BY finished_at DESC, key DESC
    ) = 1
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
),
said AS (
    SELECT d.review_key, d.criterion, coalesce(c.verdict, d.verdict) AS verdict
    FROM review_verdicts d
    LEFT JOIN changed c ON c.review_key = d.review_key AND c.criterion = d.criterion
    LEFT JOIN taken_back t ON t.review_key = d.review_key AND t.criterion = d.criterion
    WHERE c.verdict IS NOT NULL OR t.criterion IS NULL
    UNION ALL
    SELECT c.review_key, c.criterion, c.verdict
    FROM changed c
    WHERE NOT EXISTS (
        SELECT 1 FROM review_verdicts d
        WHERE d.review_key = c.review_key AND d.criterion = c.criterion
    )
)
SELECT
    r.key AS review_key, r.call_id, r.evaluation_key, r.reviewer, r.kind, r.finished_at,
    s.criterion, s.verdict
FROM counted r
JOIN said s ON s.review_key = r.key;

CREATE OR REPLACE VIEW reviewed_verdicts AS
SELECT
    v.review_key, v.call_id, v.evaluation_key, v.reviewer, v.kind, v.finished_at,
    e.rubric, e.rubric_version, v.criterion, s.verdict AS machine_verdict, v.verdict
FROM said_verdicts v
JOIN evaluations e ON e.key = v.evaluation_key
JOIN criterion_scores s ON s.evaluation_key = v.evaluation_key AND s.criterion = v.criterion;
