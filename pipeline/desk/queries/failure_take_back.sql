DELETE FROM failed_logins WHERE subject = :subject AND happened_at = :happened_at
