-- What people say to each other about calls, and what the centre knows of them besides.

CREATE TABLE coaching_notes (
    note_id TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    author TEXT NOT NULL,
    written_at TEXT NOT NULL,
    body TEXT NOT NULL,
    turn INTEGER,
    quote TEXT,
    start_s REAL,
    due_on TEXT,
    acknowledged_at TEXT,
    acknowledged_by TEXT,
    answer TEXT,
    withdrawn_at TEXT,
    withdrawn_by TEXT
);
CREATE INDEX coaching_notes_by_call ON coaching_notes (call_id);
CREATE INDEX coaching_notes_by_agent ON coaching_notes (agent, written_at);

CREATE TABLE disputes (
    dispute_id TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL,
    evaluation_key TEXT NOT NULL,
    review_key TEXT,
    criterion TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    comment TEXT NOT NULL,
    due_on TEXT NOT NULL,                    -- a date: when it should be decided
    state TEXT NOT NULL,                     -- open | withdrawn | upheld | rejected
    decided_by TEXT,
    decided_at TEXT,
    decision TEXT,                           -- the lead's words
    outcome_key TEXT                         -- the lead's review that upheld it
);
CREATE INDEX disputes_by_call ON disputes (call_id);
CREATE INDEX disputes_by_outcome ON disputes (outcome_key);
CREATE UNIQUE INDEX disputes_open ON disputes (call_id, criterion) WHERE state = 'open';
CREATE INDEX disputes_by_state ON disputes (state, opened_at);

-- Where two blind reviews of an evaluation say different things, and whether a lead settled it.
CREATE VIEW blind_differences AS
SELECT
    one.call_id,
    one.evaluation_key,
    said.criterion,
    CASE
        WHEN EXISTS (
            SELECT 1
            FROM reviews AS deciding
            INNER JOIN review_verdicts AS decided ON decided.review_key = deciding.key
            WHERE
                deciding.call_id = one.call_id
                AND deciding.evaluation_key = one.evaluation_key
                AND deciding.kind = 'settlement'
                AND decided.criterion = said.criterion
        ) THEN 1
        ELSE 0
    END AS settled
FROM reviews AS one
INNER JOIN reviews AS other
    ON other.call_id = one.call_id
    AND other.evaluation_key = one.evaluation_key
    AND other.key > one.key
    AND other.reviewer <> one.reviewer
INNER JOIN review_verdicts AS said ON said.review_key = one.key
INNER JOIN review_verdicts AS besides
    ON besides.review_key = other.key
    AND besides.criterion = said.criterion
    AND besides.verdict <> said.verdict
WHERE one.kind = 'blind' AND other.kind = 'blind';

CREATE INDEX calls_blind ON calls (call_id) WHERE blind = 1;

CREATE TABLE outcomes (
    call_id TEXT NOT NULL,
    name TEXT NOT NULL,                      -- csat | fcr | aht_s
    value REAL NOT NULL,
    told_by TEXT NOT NULL,
    told_at TEXT NOT NULL,
    PRIMARY KEY (call_id, name)
);
