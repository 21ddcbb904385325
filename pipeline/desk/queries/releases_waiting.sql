-- The last review of each call, where the agent was not shown it yet. Of calls drawn for blind
-- double review only those where two have judged and nothing is left to settle.
SELECT
    reviews.key AS review_key,
    reviews.call_id,
    reviews.evaluation_key,
    calls.agent,
    calls.team,
    calls.started_at,
    reviews.reviewer,
    coalesce(reviewers.name, reviews.reviewer) AS reviewer_name,
    reviews.kind,
    reviews.finished_at,
    reviews.machine_score,
    reviews.human_score,
    reviews.note,
    (
        SELECT count(*) FROM corrections
        WHERE
            corrections.call_id = reviews.call_id
            AND corrections.review_key = reviews.key
            AND corrections.revokes IS NULL
    ) AS corrections
FROM reviews
INNER JOIN calls ON calls.call_id = reviews.call_id
LEFT JOIN users AS reviewers ON reviewers.user_id = reviews.reviewer
WHERE
    NOT EXISTS (SELECT 1 FROM releases WHERE releases.review_key = reviews.key)
    AND NOT EXISTS (
        SELECT 1 FROM reviews AS later
        WHERE
            later.call_id = reviews.call_id
            AND (
                later.finished_at > reviews.finished_at
                OR (later.finished_at = reviews.finished_at AND later.key > reviews.key)
            )
    )
    AND (
        calls.blind = 0
        OR (
            (
                SELECT count(DISTINCT blind.reviewer) FROM reviews AS blind
                WHERE
                    blind.call_id = reviews.call_id
                    AND blind.evaluation_key = reviews.evaluation_key
                    AND blind.kind = 'blind'
            ) >= 2
            AND NOT EXISTS (
                SELECT 1 FROM blind_differences AS differing
                WHERE
                    differing.call_id = reviews.call_id
                    AND differing.evaluation_key = reviews.evaluation_key
                    AND differing.settled = 0
            )
        )
    )
