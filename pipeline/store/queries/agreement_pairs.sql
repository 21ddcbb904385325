-- What machine and reviewers said on the same criterion of the same call, counted. A blind review
-- was made without seeing the machine's verdict, an open one with it in view.
SELECT
    criterion, min(position) AS position, reviewer, kind, month, machine, human, count(*) AS count
FROM opinions
GROUP BY criterion, reviewer, kind, month, machine, human
ORDER BY position, criterion, reviewer, kind, month, machine, human
