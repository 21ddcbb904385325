WITH listed AS (
    SELECT evaluation_key, criterion_position, list({
        'turn': turn, 'quote': quote, 'start_s': start_s, 'end_s': end_s
    } ORDER BY position) AS evidence
    FROM evidence GROUP BY evaluation_key, criterion_position
)
SELECT
    e.call_id, e.rubric, e.rubric_version, s.criterion, s.verdict, s.probability, s.reason,
    coalesce(l.evidence, []) AS evidence,
    list_aggregate(
        list_sort(list_transform(map_entries(e.model_versions), x -> x.key || '=' || x.value)),
        'string_agg', '; '
    ) AS model_version,
    e.evaluated_at
FROM current_evaluations e
JOIN criterion_scores s ON s.evaluation_key = e.key
LEFT JOIN listed l ON l.evaluation_key = e.key AND l.criterion_position = s.position
ORDER BY e.call_id, e.rubric, s.position
