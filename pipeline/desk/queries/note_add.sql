INSERT INTO coaching_notes (
    note_id, call_id, agent, author, written_at, body, turn, quote, start_s, due_on
) VALUES (
    :note_id, :call_id, :agent, :author, :written_at, :body, :turn, :quote, :start_s, :due_on
)
