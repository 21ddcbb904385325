SELECT * FROM current_calls WHERE call_id IN (SELECT unnest($call_ids::VARCHAR[]))
