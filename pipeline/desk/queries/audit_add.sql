INSERT INTO audit_log (happened_at, entry_id, actor, action, subject, detail, address)
VALUES (:happened_at, :entry_id, :actor, :action, :subject, :detail, :address)
