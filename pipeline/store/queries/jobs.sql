SELECT * EXCLUDE (happened_at), happened_at AS "at" FROM jobs
WHERE ($run_id IS NULL OR run_id = $run_id) AND ($status IS NULL OR status = $status)
ORDER BY happened_at, source, call_id, key
