SELECT rubric, version, sha256, content, published_by, published_at, reason, posted_at, problem
FROM rubric_publications WHERE posted_at IS NULL AND problem IS NULL ORDER BY published_at
