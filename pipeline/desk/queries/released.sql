-- The released review of each call that was finished last, those left out by which a lead upheld a
-- dispute: it says when the agent was shown the call, and until when they may dispute it.
SELECT
    releases.review_key,
    releases.call_id,
    calls.agent,
    calls.team,
    calls.started_at,
    calls.duration_s,
    calls.source,
    calls.rubric,
    calls.rubric_version,
    calls.evaluation_key AS present_key,
    releases.released_at,
    reviews.evaluation_key,
    reviews.finished_at,
    reviews.note,
    reviews.human_score
FROM releases
INNER JOIN calls ON calls.call_id = releases.call_id
INNER JOIN reviews ON reviews.key = releases.review_key
WHERE
    NOT EXISTS (SELECT 1 FROM disputes WHERE disputes.outcome_key = releases.review_key)
    AND NOT EXISTS (
        SELECT 1
        FROM releases AS others
        INNER JOIN reviews AS later ON later.key = others.review_key
        WHERE
            others.call_id = releases.call_id
            AND (
                later.finished_at > reviews.finished_at
                OR (later.finished_at = reviews.finished_at AND later.key > reviews.key)
            )
            AND NOT EXISTS (SELECT 1 FROM disputes WHERE disputes.outcome_key = later.key)
    )
