-- The calls with the score of those that people reviewed, by the verdicts in force: people's where
-- there is one, else the machine's. A verdict without points leaves both sides of the fraction, and
-- a failed critical criterion zeroes the call (pipeline.scoring).
CREATE TEMP TABLE scored AS
WITH weights AS (
    SELECT version, unnest(from_json(content -> 'criteria',
        '[{"id": "VARCHAR", "weight": "DOUBLE", "critical": "BOOLEAN"}]')) AS own
    FROM rubric_versions WHERE rubric = $rubric
),
reviewed AS (
    SELECT number, evaluation_key, rubric_version FROM analysed
    WHERE number IN (SELECT number FROM said)
),
in_force AS (
    SELECT
        r.number, coalesce(h.verdict, s.verdict) AS verdict,
        coalesce(w.own.weight, 1) AS weight, coalesce(w.own.critical, false) AS critical
    FROM reviewed r
    JOIN criterion_scores s ON s.evaluation_key = r.evaluation_key
    LEFT JOIN said h ON h.number = r.number AND h.criterion = s.criterion
    LEFT JOIN weights w ON w.version = r.rubric_version AND w.own.id = s.criterion
),
human AS (
    SELECT
        number,
        CASE
            WHEN bool_or(critical AND f.verdict = 'fail') THEN 0
            ELSE 100 * sum(weight * points) / nullif(sum(weight), 0)
        END AS human_score
    FROM in_force f
    JOIN (VALUES ('pass', 1.0), ('partial', 0.5), ('fail', 0.0)) p (verdict, points)
      ON p.verdict = f.verdict
    GROUP BY number
)
SELECT a.*, h.human_score
FROM analysed a
LEFT JOIN human h ON h.number = a.number
