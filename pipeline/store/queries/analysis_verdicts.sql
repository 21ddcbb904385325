-- What people say about each criterion of those calls: a settlement before all, else who said it last.
CREATE TEMP TABLE said AS
SELECT
    a.number, r.criterion,
    arg_max(r.verdict, (r.kind = 'settlement', r.finished_at, r.review_key)) AS verdict
FROM said_verdicts r
JOIN analysed a ON a.evaluation_key = r.evaluation_key
GROUP BY a.number, r.criterion
