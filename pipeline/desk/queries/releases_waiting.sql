-- The last review of each call, where the agent was not shown it yet. Blind reviews are never shown:
-- what a lead settled them to is.
SELECT
    reviews.key AS review_key,
    reviews.call_id,
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
        WHERE corrections.review_key = reviews.key AND corrections.revokes IS NULL
    ) AS corrections
FROM reviews
INNER JOIN calls ON calls.call_id = reviews.call_id
LEFT JOIN users AS reviewers ON reviewers.user_id = reviews.reviewer
WHERE
    reviews.kind <> 'blind'
    AND NOT EXISTS (SELECT 1 FROM releases WHERE releases.review_key = reviews.key)
    AND NOT EXISTS (
        SELECT 1 FROM reviews AS later
        WHERE
            later.call_id = reviews.call_id
            AND later.kind <> 'blind'
            AND (
                later.finished_at > reviews.finished_at
                OR (later.finished_at = reviews.finished_at AND later.key > reviews.key)
            )
    )
