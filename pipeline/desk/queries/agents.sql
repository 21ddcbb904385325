-- One step through the index for each value, not a look at every call.
WITH RECURSIVE found (value) AS (
    SELECT min(agent) FROM calls
    UNION ALL
    SELECT (SELECT min(x.agent) FROM calls AS x WHERE x.agent > found.value)
    FROM found
    WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
