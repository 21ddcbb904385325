-- What was said about a call besides its reviews, first happened first.
SELECT happened_at, who, what, detail FROM (
    SELECT
        released_at AS happened_at, released_by AS who, 'review.released' AS what, '' AS detail
    FROM releases WHERE call_id = :call_id
    GROUP BY released_at, released_by
    UNION ALL
    SELECT written_at, author, 'note.written', body
    FROM coaching_notes WHERE call_id = :call_id
    UNION ALL
    SELECT acknowledged_at, acknowledged_by, 'note.acknowledged', coalesce(answer, '')
    FROM coaching_notes WHERE call_id = :call_id AND acknowledged_at IS NOT NULL
    UNION ALL
    SELECT withdrawn_at, coalesce(withdrawn_by, author), 'note.withdrawn', body
    FROM coaching_notes WHERE call_id = :call_id AND withdrawn_at IS NOT NULL
    UNION ALL
    SELECT opened_at, opened_by, 'dispute.opened', criterion || ': ' || comment
    FROM disputes WHERE call_id = :call_id
    UNION ALL
    SELECT
        decided_at,
        coalesce(decided_by, opened_by),
        'dispute.' || state,
        criterion || CASE WHEN decision IS NULL THEN '' ELSE ': ' || decision END
    FROM disputes WHERE call_id = :call_id AND decided_at IS NOT NULL
) AS events
ORDER BY happened_at
