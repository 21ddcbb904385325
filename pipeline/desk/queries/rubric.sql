SELECT body FROM call_rubrics WHERE rubric = :rubric AND version = :version
