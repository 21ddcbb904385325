-- What each reviewer says about each criterion of each call, with all that is known about how it
-- came about: one row per review and criterion. What was taken back is not there. Blind reviews are
-- there once there are two of the same evaluation: until then the call is sealed.
WITH evidence_given AS (
    SELECT review_key, criterion, arg_max(evidence, (made_at, key)) AS evidence,
           arg_max(kind, (made_at, key)) AS kind, max(made_at) AS made_at
    FROM standing_corrections
    WHERE evidence IS NOT NULL
    GROUP BY review_key, criterion
),
corrected AS (
    SELECT review_key, criterion, max(made_at) AS made_at
    FROM standing_corrections
    GROUP BY review_key, criterion
),
stated AS (
    SELECT review_key, call_id, evaluation_key, reviewer, kind, finished_at, criterion, verdict
    FROM said_verdicts
    UNION ALL
    -- Who corrects the evidence alone says that the verdict is right.
    SELECT r.key, r.call_id, r.evaluation_key, r.reviewer, r.kind, r.finished_at, g.criterion, s.verdict
    FROM evidence_given g
    JOIN reviews r ON r.key = g.review_key
    JOIN criterion_scores s ON s.evaluation_key = r.evaluation_key AND s.criterion = g.criterion
    WHERE g.kind IN ('wrong_evidence', 'missing_evidence')
      AND NOT EXISTS (
          SELECT 1 FROM review_verdicts d
          WHERE d.review_key = g.review_key AND d.criterion = g.criterion
      )
      AND NOT EXISTS (
          SELECT 1 FROM corrections c
          WHERE c.review_key = g.review_key AND c.criterion = g.criterion AND c.verdict IS NOT NULL
      )
),
blind_pairs AS (
    SELECT evaluation_key FROM reviews WHERE kind = 'blind'
    GROUP BY evaluation_key HAVING count(DISTINCT reviewer) > 1
),
why AS (
    SELECT evaluation_key,
           bool_or(kind <> 'random_slice') AS flagged,
           bool_or(kind = 'random_slice') AS drawn,
           max(inclusion_probability) FILTER (WHERE kind = 'random_slice') AS inclusion_probability
    FROM flags GROUP BY evaluation_key
)
SELECT
    v.review_key, v.call_id, v.evaluation_key, v.reviewer, v.kind, v.criterion, v.verdict,
    greatest(v.finished_at, coalesce(m.made_at, v.finished_at)) AS said_at,
    coalesce(
        list_transform(g.evidence, lambda item: item.turn),
        list_transform(d.evidence, lambda item: item.turn)
    ) AS turns,
    s.verdict AS machine_verdict, s.probability AS machine_probability,
    e.rubric, e.rubric_version, e.transcript_key, e.model_versions,
    c.agent, c.team, c.language,
    coalesce(w.flagged, false) AS flagged, coalesce(w.drawn, false) AS drawn, w.inclusion_probability
FROM stated v
JOIN evaluations e ON e.key = v.evaluation_key
JOIN criterion_scores s ON s.evaluation_key = v.evaluation_key AND s.criterion = v.criterion
LEFT JOIN review_verdicts d ON d.review_key = v.review_key AND d.criterion = v.criterion
LEFT JOIN evidence_given g ON g.review_key = v.review_key AND g.criterion = v.criterion
LEFT JOIN corrected m ON m.review_key = v.review_key AND m.criterion = v.criterion
LEFT JOIN why w ON w.evaluation_key = v.evaluation_key
LEFT JOIN current_calls c ON c.call_id = v.call_id
WHERE v.kind <> 'blind' OR v.evaluation_key IN (SELECT evaluation_key FROM blind_pairs)
ORDER BY v.call_id, v.criterion, said_at, v.review_key
