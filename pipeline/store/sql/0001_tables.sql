-- What was heard, what was judged and what people said about it. Rows are only ever added.
-- No keys, unique constraints or indexes: a DuckLake has none, so nothing may rely on them.
-- Whoever writes looks up in the same transaction which keys are there.

CREATE TABLE recordings (
    sha256 VARCHAR NOT NULL,
    source VARCHAR NOT NULL,            -- path or URL that it was first read from
    size_bytes BIGINT
);

CREATE TABLE calls (
    call_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,          -- 1, 2 ...: one more each time its metadata or recording changed
    recording_sha256 VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    agent VARCHAR,
    team VARCHAR,
    queue VARCHAR,
    started_at TIMESTAMPTZ,
    direction VARCHAR,
    language VARCHAR,
    csat DOUBLE,
    external_id VARCHAR,
    extra JSON NOT NULL                 -- an object: whatever else the manifest says
);

CREATE TABLE transcripts (
    key VARCHAR NOT NULL,
    recording_sha256 VARCHAR NOT NULL,
    source VARCHAR NOT NULL,            -- recording | text
    asr_model VARCHAR NOT NULL,
    settings_hash VARCHAR NOT NULL,
    language VARCHAR,
    language_probability DOUBLE,
    duration_s DOUBLE,
    channels INTEGER,
    sounds STRUCT(kind VARCHAR, channel INTEGER, start_s DOUBLE, end_s DOUBLE)[] NOT NULL
);

CREATE TABLE turns (
    transcript_key VARCHAR NOT NULL,
    turn INTEGER NOT NULL,              -- 0-based
    role VARCHAR NOT NULL,
    channel INTEGER,
    start_s DOUBLE,
    end_s DOUBLE,
    text VARCHAR NOT NULL,
    asr_confidence DOUBLE,
    words STRUCT(text VARCHAR, start_s DOUBLE, end_s DOUBLE, probability DOUBLE)[] NOT NULL
);

CREATE TABLE rubric_versions (
    rubric VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    content JSON NOT NULL,              -- the whole rubric
    first_used_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE model_versions (
    model VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    first_used_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE evaluations (
    key VARCHAR NOT NULL,
    call_id VARCHAR NOT NULL,
    transcript_key VARCHAR NOT NULL,
    rubric VARCHAR NOT NULL,
    rubric_version INTEGER NOT NULL,
    rubric_sha256 VARCHAR NOT NULL,
    model_versions MAP(VARCHAR, VARCHAR) NOT NULL,
    settings_hash VARCHAR NOT NULL,
    software_version VARCHAR NOT NULL,
    evaluated_at TIMESTAMPTZ NOT NULL,
    score DOUBLE,                       -- 0 to 100; NULL: nothing could be scored
    section_scores MAP(VARCHAR, DOUBLE) NOT NULL,
    sentiment_start VARCHAR,
    sentiment_end VARCHAR,
    sentiment_trend VARCHAR,
    metrics MAP(VARCHAR, DOUBLE) NOT NULL
);

CREATE TABLE criterion_scores (
    evaluation_key VARCHAR NOT NULL,
    position INTEGER NOT NULL,          -- order in the rubric, from 0
    criterion VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    probability DOUBLE,
    reason VARCHAR,                     -- why it is unscored
    explanation VARCHAR
);

CREATE TABLE evidence (
    evaluation_key VARCHAR NOT NULL,
    criterion_position INTEGER NOT NULL,
    position INTEGER NOT NULL,
    criterion VARCHAR NOT NULL,
    turn INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    start_s DOUBLE,
    end_s DOUBLE
);

CREATE TABLE turn_judgements (
    evaluation_key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    moves MAP(VARCHAR, DOUBLE) NOT NULL,
    sentiment VARCHAR,
    sentiment_probability DOUBLE
);

CREATE TABLE findings (
    evaluation_key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    start_s DOUBLE,
    end_s DOUBLE
);

CREATE TABLE flags (
    evaluation_key VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    inclusion_probability DOUBLE        -- random slice only
);

CREATE TABLE reviews (
    key VARCHAR NOT NULL,
    call_id VARCHAR NOT NULL,
    evaluation_key VARCHAR NOT NULL,
    reviewer VARCHAR NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ NOT NULL,
    note VARCHAR
);

CREATE TABLE corrections (
    key VARCHAR NOT NULL,
    review_key VARCHAR NOT NULL,
    call_id VARCHAR NOT NULL,
    evaluation_key VARCHAR NOT NULL,
    criterion VARCHAR NOT NULL,
    verdict VARCHAR,                    -- NULL: the verdict stands
    evidence STRUCT(turn INTEGER, quote VARCHAR, start_s DOUBLE, end_s DOUBLE)[], -- NULL: it stands
    reason VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    revokes VARCHAR                     -- key of the correction that this one takes back
);

CREATE TABLE jobs (
    key VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    call_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,            -- scored | failed | duplicate
    stage VARCHAR NOT NULL,
    reason VARCHAR,
    evaluation_key VARCHAR,
    happened_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE users (
    user_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    active BOOLEAN NOT NULL             -- the latest row of a user counts
);

CREATE TABLE audit_log (
    happened_at TIMESTAMPTZ NOT NULL,
    actor VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    detail JSON
);
