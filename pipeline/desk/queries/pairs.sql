-- Calls drawn for blind double review, and how far each has come.
SELECT
    counted.*,
    CASE
        WHEN counted.done = 0 THEN 'waits_for_first'
        WHEN counted.done = 1 THEN 'waits_for_second'
        WHEN counted.unsettled > 0 THEN 'to_settle'
        WHEN counted.differing > 0 THEN 'settled'
        ELSE 'agreed'
    END AS stage
FROM (
    SELECT
        calls.call_id,
        calls.agent,
        calls.team,
        calls.started_at,
        calls.source,
        coalesce(blind.done, 0) AS done,
        blind.one,
        blind.other,
        blind.last_at,
        coalesce(differences.differing, 0) AS differing,
        coalesce(differences.unsettled, 0) AS unsettled
    FROM calls
    LEFT JOIN (
        SELECT
            call_id,
            evaluation_key,
            count(DISTINCT reviewer) AS done,
            min(reviewer) AS one,
            max(reviewer) AS other,
            max(finished_at) AS last_at
        FROM reviews
        WHERE kind = 'blind'
        GROUP BY call_id, evaluation_key
    ) AS blind
        ON calls.call_id = blind.call_id AND calls.evaluation_key = blind.evaluation_key
    LEFT JOIN (
        SELECT
            call_id,
            evaluation_key,
            count(*) AS differing,
            sum(CASE WHEN settled = 0 THEN 1 ELSE 0 END) AS unsettled
        FROM blind_differences
        GROUP BY call_id, evaluation_key
    ) AS differences
        ON calls.call_id = differences.call_id
        AND calls.evaluation_key = differences.evaluation_key
    WHERE calls.blind = 1
) AS counted
