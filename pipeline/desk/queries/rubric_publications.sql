SELECT rubric, version, sha256, content, published_by, published_at, reason, posted_at, problem
FROM rubric_publications ORDER BY rubric, version DESC
