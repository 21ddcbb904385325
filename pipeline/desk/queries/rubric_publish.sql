INSERT INTO rubric_publications (rubric, version, sha256, content, published_by, published_at, reason)
VALUES (:rubric, :version, :sha256, :content, :published_by, :published_at, :reason)
