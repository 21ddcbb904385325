INSERT INTO failed_logins (subject, happened_at) VALUES (:subject, :happened_at)
