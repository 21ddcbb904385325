DELETE FROM failed_logins WHERE happened_at < :before
