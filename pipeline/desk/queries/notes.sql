-- Coaching notes with what a list shows of their calls and writers.
SELECT
    notes.note_id,
    notes.call_id,
    notes.agent,
    calls.team,
    calls.started_at,
    notes.author,
    coalesce(writers.name, notes.author) AS author_name,
    notes.written_at,
    notes.body,
    notes.turn,
    notes.quote,
    notes.start_s,
    notes.due_on,
    notes.acknowledged_at,
    notes.answer,
    notes.withdrawn_at,
    notes.withdrawn_by,
    CASE
        WHEN EXISTS (SELECT 1 FROM releases WHERE releases.call_id = notes.call_id) THEN 1
        ELSE 0
    END AS released
FROM coaching_notes AS notes
INNER JOIN calls ON calls.call_id = notes.call_id
LEFT JOIN users AS writers ON writers.user_id = notes.author
