INSERT INTO reviews (key, call_id, evaluation_key, reviewer, kind, started_at, finished_at,
                     active_s, note, machine_score, human_score)
VALUES (:key, :call_id, :evaluation_key, :reviewer, :kind, :started_at, :finished_at,
        coalesce(:active_s, 0), :note, :machine_score, :human_score)
