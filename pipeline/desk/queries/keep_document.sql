INSERT INTO call_documents (call_id, evaluation_key, revision, body)
VALUES (:call_id, :evaluation_key, :revision, :body)
ON CONFLICT (call_id) DO UPDATE SET
    evaluation_key = excluded.evaluation_key, revision = excluded.revision, body = excluded.body
