SELECT call_id, recording_sha256 FROM current_calls
WHERE call_id IN (SELECT unnest($call_ids::VARCHAR[]))
   OR recording_sha256 IN (SELECT unnest($sha256s::VARCHAR[]))
ORDER BY call_id
