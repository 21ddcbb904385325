SELECT c.*, r.size_bytes
FROM current_calls c
LEFT JOIN recordings r ON r.sha256 = c.recording_sha256
WHERE c.call_id = $call_id
