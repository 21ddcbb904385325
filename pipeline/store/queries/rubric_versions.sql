-- All rubric versions and how many evaluations were made with each, newest first.
SELECT v.rubric, v.version, v.sha256, v.title, v.first_used_at, count(e.key) AS evaluations
FROM rubric_versions v
LEFT JOIN evaluations e ON e.rubric = v.rubric AND e.rubric_version = v.version
GROUP BY ALL
ORDER BY v.rubric, v.version DESC
