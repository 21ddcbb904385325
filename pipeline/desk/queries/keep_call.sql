INSERT INTO calls (
    number, call_id, evaluation_key, transcript_key, revision, recording_sha256, source, rubric,
    rubric_version, evaluated_at, agent, team, queue, started_at, duration_s, score, sentiment_end,
    critical, flagged, random_slice, inclusion_probability, uncertain, unscored, least_probability,
    flags, urgency, blind
)
VALUES (
    :number, :call_id, :evaluation_key, :transcript_key, :revision, :recording_sha256, :source, :rubric,
    :rubric_version, :evaluated_at, :agent, :team, :queue, :started_at, :duration_s, :score, :sentiment_end,
    :critical, :flagged, :random_slice, :inclusion_probability, :uncertain, :unscored, :least_probability,
    :flags, :urgency, :blind
)
ON CONFLICT (call_id) DO UPDATE SET
    number = excluded.number, evaluation_key = excluded.evaluation_key,
    transcript_key = excluded.transcript_key, revision = excluded.revision,
    recording_sha256 = excluded.recording_sha256, source = excluded.source, rubric = excluded.rubric,
    rubric_version = excluded.rubric_version, evaluated_at = excluded.evaluated_at,
    agent = excluded.agent, team = excluded.team, queue = excluded.queue,
    started_at = excluded.started_at, duration_s = excluded.duration_s, score = excluded.score,
    sentiment_end = excluded.sentiment_end, critical = excluded.critical, flagged = excluded.flagged,
    random_slice = excluded.random_slice, inclusion_probability = excluded.inclusion_probability,
    uncertain = excluded.uncertain, unscored = excluded.unscored,
    least_probability = excluded.least_probability, flags = excluded.flags,
    urgency = excluded.urgency, blind = excluded.blind
