-- How much there is, from what DuckDB keeps about its tables: no row is read for the counts.
SELECT
    (SELECT count(*) FROM evaluations) AS evaluations,
    (SELECT count(*) FROM calls) AS revisions,
    (SELECT max(evaluated_at) FROM evaluations) AS latest
