SELECT call_id, number, transcript_key FROM calls WHERE call_id IN :call_ids
