SELECT count(*) AS failures, max(happened_at) AS last_at
FROM failed_logins
WHERE subject = :subject
