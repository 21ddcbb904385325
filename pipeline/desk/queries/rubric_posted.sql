UPDATE rubric_publications SET posted_at = :posted_at, problem = :problem
WHERE rubric = :rubric AND version = :version
