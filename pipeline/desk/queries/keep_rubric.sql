INSERT INTO call_rubrics (rubric, version, body)
VALUES (:rubric, :version, :body)
ON CONFLICT (rubric, version) DO NOTHING
