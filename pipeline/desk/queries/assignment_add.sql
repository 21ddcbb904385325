INSERT INTO assignments (assignment_id, call_id, user_id, due_on, assigned_by, assigned_at)
VALUES (:assignment_id, :call_id, :user_id, :due_on, :assigned_by, :assigned_at)
