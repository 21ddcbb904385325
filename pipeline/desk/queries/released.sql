-- The released review of each call that was finished last: what its agent sees.
SELECT
    releases.review_key,
    releases.call_id,
    calls.agent,
    calls.team,
    calls.started_at,
    calls.duration_s,
    calls.source,
    releases.released_at,
    reviews.evaluation_key,
    reviews.finished_at,
    reviews.note
FROM releases
INNER JOIN calls ON calls.call_id = releases.call_id
INNER JOIN reviews ON reviews.key = releases.review_key
WHERE
    NOT EXISTS (
        SELECT 1
        FROM releases AS others
        INNER JOIN reviews AS later ON later.key = others.review_key
        WHERE
            others.call_id = releases.call_id
            AND (
                later.finished_at > reviews.finished_at
                OR (later.finished_at = reviews.finished_at AND later.key > reviews.key)
            )
    )
