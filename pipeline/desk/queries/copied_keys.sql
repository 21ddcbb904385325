SELECT call_id, evaluation_key, revision FROM calls
