WITH done AS (
    SELECT
        r.reviewer,
        count(*) AS reviews,
        sum(CASE WHEN r.kind = 'blind' THEN 1 ELSE 0 END) AS blind,
        sum(r.active_s) AS active_s,
        sum(CASE WHEN EXISTS (
            SELECT 1 FROM corrections AS x WHERE x.review_key = r.key AND x.revokes IS NULL
        ) THEN 1 ELSE 0 END) AS changed
    FROM reviews AS r
    WHERE r.finished_at >= :start AND r.finished_at < :end AND r.kind <> 'settlement'
        AND (:user_id IS NULL OR r.reviewer = :user_id)
    GROUP BY r.reviewer
),
given AS (
    SELECT
        a.user_id,
        count(*) AS assigned,
        sum(CASE WHEN a.due_on < :today THEN 1 ELSE 0 END) AS overdue
    FROM assignments AS a
    INNER JOIN calls AS c ON c.call_id = a.call_id AND c.reviewed = 0
    WHERE a.done_at IS NULL AND a.withdrawn_at IS NULL
        AND (:user_id IS NULL OR a.user_id = :user_id)
    GROUP BY a.user_id
)
SELECT
    u.user_id, u.name, u.goal_per_week AS goal,
    coalesce(d.reviews, 0) AS reviews, coalesce(d.blind, 0) AS blind,
    coalesce(d.active_s, 0) AS active_s, coalesce(d.changed, 0) AS changed,
    coalesce(g.assigned, 0) AS assigned, coalesce(g.overdue, 0) AS overdue
FROM users AS u
LEFT JOIN done AS d ON d.reviewer = u.user_id
LEFT JOIN given AS g ON g.user_id = u.user_id
WHERE u.role <> 'agent' AND (:user_id IS NULL OR u.user_id = :user_id) AND (
    d.reviews > 0 OR g.assigned > 0
    OR (u.active = 1 AND (u.role = 'reviewer' OR u.goal_per_week IS NOT NULL))
    OR u.user_id = :user_id
)
ORDER BY u.name, u.user_id
