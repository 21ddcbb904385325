-- Rubrics that calls are evaluated with, the one with most evaluations first; when calls were.
WITH calls_span AS (
    SELECT min(started_at) AS first, max(started_at) AS last FROM calls
),
rubrics AS (
    SELECT rubric, count(*) AS evaluations, min(evaluated_at) AS first, max(evaluated_at) AS last
    FROM evaluations GROUP BY rubric
),
titles AS (
    SELECT rubric, max_by(title, version) AS title FROM rubric_versions GROUP BY rubric
)
SELECT
    r.rubric, coalesce(t.title, r.rubric) AS title, r.evaluations,
    coalesce(c.first, r.first) AS first, coalesce(c.last, r.last) AS last
FROM rubrics r
LEFT JOIN titles t USING (rubric)
CROSS JOIN calls_span c
ORDER BY r.evaluations DESC, r.rubric
