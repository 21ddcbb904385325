-- What the queue and the call page need of the store, copied here so that they never wait for it.
-- All of it can be made again from the store (pipeline/desk/copying.py); nothing else may be kept here.

CREATE TABLE calls (
    number INTEGER NOT NULL PRIMARY KEY,     -- the row of call_text that holds its words
    call_id TEXT NOT NULL UNIQUE,
    evaluation_key TEXT NOT NULL,            -- of its latest evaluation
    transcript_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    recording_sha256 TEXT NOT NULL,
    source TEXT NOT NULL,                    -- recording | text
    rubric TEXT NOT NULL,
    rubric_version INTEGER NOT NULL,
    evaluated_at TEXT NOT NULL,
    agent TEXT,
    team TEXT,
    queue TEXT,
    started_at TEXT,
    duration_s REAL,
    score REAL,                              -- the machine's, 0 to 100
    sentiment_end TEXT,
    critical INTEGER NOT NULL,               -- a critical criterion failed
    flagged INTEGER NOT NULL,                -- for another reason than chance
    random_slice INTEGER NOT NULL,
    inclusion_probability REAL,
    uncertain INTEGER NOT NULL,              -- verdicts given with less than the setting uncertain_under
    unscored INTEGER NOT NULL,
    least_probability REAL,
    flags TEXT NOT NULL,                     -- JSON list of flags
    urgency REAL NOT NULL,                   -- the worst first: see pipeline/desk/copying.py
    blind INTEGER NOT NULL,                  -- drawn for blind double review

    -- What the queue asks all the time. Never written by hand: triggers keep the first (0008), the
    -- database computes the rest.
    reviewed INTEGER NOT NULL DEFAULT 0,     -- enough people reviewed this evaluation: one, blind two
    sealed INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN blind = 1 AND reviewed = 0 THEN 1 ELSE 0 END
    ) STORED,                                -- nobody may see verdicts, score and flags yet
    waiting INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN reviewed = 0 AND (flagged = 1 OR uncertain > 0 OR random_slice = 1 OR blind = 1)
        THEN 1 ELSE 0 END
    ) STORED,                                -- for a person to review
    flag_kinds INTEGER NOT NULL GENERATED ALWAYS AS (
        CASE WHEN flags LIKE '%"critical_fail"%' THEN 1 ELSE 0 END
        + CASE WHEN flags LIKE '%"low_score"%' THEN 2 ELSE 0 END
        + CASE WHEN flags LIKE '%"unscored"%' THEN 4 ELSE 0 END
        + CASE WHEN flags LIKE '%"negative_ending"%' THEN 8 ELSE 0 END
        + CASE WHEN flags LIKE '%"low_asr_confidence"%' THEN 16 ELSE 0 END
        + CASE WHEN flags LIKE '%"finding"%' THEN 32 ELSE 0 END
        + CASE WHEN random_slice = 1 THEN 64 ELSE 0 END
        + CASE WHEN uncertain > 0 THEN 128 ELSE 0 END
    ) STORED,                                -- the sum of KINDS in pipeline/desk/filters.py
    score_rank REAL NOT NULL GENERATED ALWAYS AS (coalesce(score, -1)) STORED,
    started_rank TEXT NOT NULL GENERATED ALWAYS AS (coalesce(started_at, '')) STORED,
    duration_rank REAL NOT NULL GENERATED ALWAYS AS (coalesce(duration_s, -1)) STORED
);
CREATE INDEX calls_by_agent ON calls (agent, started_at);
CREATE INDEX calls_by_team ON calls (team, agent, started_at);

-- The queue walks these in the order of one page after the other and counts in them: they hold all
-- that most filters ask, so that only the calls of the page itself are read.
CREATE INDEX calls_waiting ON calls (
    urgency, number, team, agent, sealed, flag_kinds, score_rank, started_rank, call_id, waiting
) WHERE waiting = 1;
CREATE INDEX calls_by_urgency ON calls (
    urgency, number, team, agent, sealed, flag_kinds, score_rank, started_rank, call_id, reviewed
);
CREATE INDEX calls_by_score ON calls (score_rank, number, waiting, reviewed, sealed, team, agent);
CREATE INDEX calls_by_time ON calls (started_rank, number, waiting, reviewed, sealed, team, agent);
CREATE INDEX calls_by_duration ON calls (duration_rank, number, waiting, reviewed, sealed, team, agent);

CREATE TABLE call_verdicts (
    call_id TEXT NOT NULL,
    position INTEGER NOT NULL,               -- order in the rubric, from 0
    criterion TEXT NOT NULL,
    verdict TEXT NOT NULL,
    probability REAL,
    PRIMARY KEY (call_id, criterion)
);
CREATE INDEX call_verdicts_by_verdict ON call_verdicts (criterion, verdict, call_id);

-- Whole scorecards, compressed: of calls that wait in the queue and of calls that somebody opened.
CREATE TABLE call_documents (
    call_id TEXT NOT NULL PRIMARY KEY,
    evaluation_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL                       -- zlib of the JSON of a Scorecard, all but its rubric
);

CREATE TABLE call_rubrics (
    rubric TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,                      -- JSON of a rubric; kept once, not in every document
    PRIMARY KEY (rubric, version)
);

-- How loud recordings are over time: of calls that somebody opened.
CREATE TABLE call_peaks (
    recording_sha256 TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL                       -- JSON of pipeline.peaks.Peaks
);

CREATE TABLE marks (
    name TEXT NOT NULL PRIMARY KEY,          -- how far copying and posting have come
    value TEXT NOT NULL
);
