-- One step through the index for each value, not a look at every call.
WITH RECURSIVE found (value) AS (
    SELECT min(criterion) FROM call_verdicts
    UNION ALL
    SELECT (SELECT min(x.criterion) FROM call_verdicts AS x WHERE x.criterion > found.value)
    FROM found
    WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
