-- Calls of which nobody may see yet what was judged: two blind reviews are not yet done.
SELECT call_id FROM calls WHERE sealed = 1 ORDER BY call_id
