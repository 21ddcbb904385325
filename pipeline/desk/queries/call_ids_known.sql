SELECT call_id FROM calls WHERE call_id IN :call_ids
