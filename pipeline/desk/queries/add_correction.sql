INSERT INTO corrections (key, review_key, call_id, evaluation_key, criterion, kind, verdict,
                         evidence, reason, author, made_at, revokes)
VALUES (:key, :review_key, :call_id, :evaluation_key, :criterion, :kind, :verdict,
        :evidence, :reason, :author, :made_at, :revokes)
