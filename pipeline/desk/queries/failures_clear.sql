DELETE FROM failed_logins WHERE subject = :subject
