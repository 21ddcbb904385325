INSERT INTO disputes (
    dispute_id, call_id, evaluation_key, review_key, criterion, opened_by, opened_at, comment,
    due_on, state
) VALUES (
    :dispute_id, :call_id, :evaluation_key, :review_key, :criterion, :opened_by, :opened_at, :comment,
    :due_on, 'open'
)
ON CONFLICT (call_id, criterion) WHERE state = 'open' DO NOTHING
