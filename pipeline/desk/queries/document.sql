SELECT d.body
FROM call_documents d
JOIN calls c ON c.call_id = d.call_id
WHERE d.call_id = :call_id AND d.evaluation_key = c.evaluation_key AND d.revision = c.revision
