-- What two reviewers said on the same criterion of the same call, without seeing each other's review,
-- counted; the pair in the order of their names.
WITH blind AS (
    SELECT * FROM opinions WHERE kind = 'blind'
)
SELECT
    a.criterion, min(a.position) AS position, a.reviewer AS first, b.reviewer AS second,
    greatest(a.month, b.month) AS month, a.human AS one, b.human AS other, count(*) AS count
FROM blind a
JOIN blind b ON b.number = a.number AND b.criterion = a.criterion AND b.reviewer > a.reviewer
GROUP BY a.criterion, a.reviewer, b.reviewer, greatest(a.month, b.month), a.human, b.human
ORDER BY position, a.criterion, first, second, month, one, other
