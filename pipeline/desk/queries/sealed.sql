SELECT call_id FROM calls WHERE sealed = 1 AND call_id IN :call_ids
