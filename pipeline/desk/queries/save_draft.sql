INSERT INTO drafts (call_id, user_id, evaluation_key, body, started_at, saved_at)
VALUES (:call_id, :user_id, :evaluation_key, :body, :now, :now)
ON CONFLICT (call_id, user_id) DO UPDATE SET
    started_at = CASE WHEN drafts.evaluation_key = excluded.evaluation_key
                      THEN drafts.started_at ELSE excluded.started_at END,
    evaluation_key = excluded.evaluation_key, body = excluded.body, saved_at = excluded.saved_at
