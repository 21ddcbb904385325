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
        (
            SELECT count(DISTINCT blind.reviewer) FROM reviews AS blind
            WHERE
                blind.call_id = calls.call_id
                AND blind.evaluation_key = calls.evaluation_key
                AND blind.kind = 'blind'
        ) AS done,
        (
            SELECT min(blind.reviewer) FROM reviews AS blind
            WHERE
                blind.call_id = calls.call_id
                AND blind.evaluation_key = calls.evaluation_key
                AND blind.kind = 'blind'
        ) AS one,
        (
            SELECT max(blind.reviewer) FROM reviews AS blind
            WHERE
                blind.call_id = calls.call_id
                AND blind.evaluation_key = calls.evaluation_key
                AND blind.kind = 'blind'
        ) AS other,
        (
            SELECT max(blind.finished_at) FROM reviews AS blind
            WHERE
                blind.call_id = calls.call_id
                AND blind.evaluation_key = calls.evaluation_key
                AND blind.kind = 'blind'
        ) AS last_at,
        (
            SELECT count(*) FROM blind_differences AS differing
            WHERE
                differing.call_id = calls.call_id
                AND differing.evaluation_key = calls.evaluation_key
        ) AS differing,
        (
            SELECT count(*) FROM blind_differences AS differing
            WHERE
                differing.call_id = calls.call_id
                AND differing.evaluation_key = calls.evaluation_key
                AND differing.settled = 0
        ) AS unsettled
    FROM calls
    WHERE calls.blind = 1
) AS counted
