-- What people say about calls. Reviews, verdicts and corrections are only ever added, here first and
-- then to the store's tables of the same names (posted_at says when); drafts and claims come and go.

CREATE TABLE claims (
    call_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (call_id, user_id)
);
CREATE INDEX claims_by_user ON claims (user_id, expires_at);

CREATE TABLE assignments (
    assignment_id TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    due_on TEXT,                             -- a date
    assigned_by TEXT NOT NULL,
    assigned_at TEXT NOT NULL,
    done_at TEXT,
    withdrawn_at TEXT
);
CREATE INDEX assignments_by_user ON assignments (user_id, done_at);
CREATE INDEX assignments_by_call ON assignments (call_id);
CREATE UNIQUE INDEX assignments_open ON assignments (call_id, user_id)
    WHERE done_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE saved_views (
    view_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,                   -- the queue's query string
    shared INTEGER NOT NULL DEFAULT 0,
    saved_at TEXT NOT NULL
);

CREATE TABLE drafts (
    call_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    evaluation_key TEXT NOT NULL,
    body TEXT NOT NULL,                      -- JSON of pipeline.desk.drafts.Draft
    started_at TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    PRIMARY KEY (call_id, user_id)
);

CREATE TABLE reviews (
    key TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL,
    evaluation_key TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    kind TEXT NOT NULL,                      -- open | blind | settlement
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    active_s REAL NOT NULL,                  -- time spent with the page in front
    note TEXT,
    machine_score REAL,
    human_score REAL,
    posted_at TEXT
);
CREATE INDEX reviews_by_call ON reviews (call_id, evaluation_key, kind, reviewer);
CREATE INDEX reviews_by_reviewer ON reviews (reviewer, finished_at);
CREATE INDEX reviews_to_post ON reviews (posted_at);

CREATE TABLE review_verdicts (
    review_key TEXT NOT NULL,
    criterion TEXT NOT NULL,
    machine_verdict TEXT NOT NULL,
    verdict TEXT NOT NULL,
    agrees INTEGER,                          -- said yes to the machine's verdict; NULL: given blind
    reason TEXT,                             -- in a blind review; else a correction says so
    evidence TEXT,                           -- JSON list, likewise
    PRIMARY KEY (review_key, criterion)
);

CREATE TABLE corrections (
    key TEXT NOT NULL PRIMARY KEY,
    review_key TEXT NOT NULL,
    call_id TEXT NOT NULL,
    evaluation_key TEXT NOT NULL,
    criterion TEXT NOT NULL,
    kind TEXT NOT NULL,                      -- wrong_verdict | wrong_evidence | missing_evidence | revocation
    verdict TEXT,
    evidence TEXT,                           -- JSON list; NULL: it stands
    reason TEXT NOT NULL,
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    revokes TEXT,
    posted_at TEXT
);
CREATE INDEX corrections_by_call ON corrections (call_id);
CREATE INDEX corrections_to_post ON corrections (posted_at);

-- A review that the agent may see.
CREATE TABLE releases (
    review_key TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL,
    released_at TEXT NOT NULL,
    released_by TEXT NOT NULL
);
CREATE INDEX releases_by_call ON releases (call_id);

-- Who already has a part in a call: nobody else is handed it, or only one other where two are wanted.
CREATE VIEW call_takers AS
SELECT call_id, user_id, 'claim' AS kind, expires_at AS until FROM claims
UNION ALL
SELECT call_id, user_id, 'assignment', '9999' FROM assignments
WHERE done_at IS NULL AND withdrawn_at IS NULL
UNION ALL
SELECT r.call_id, r.reviewer, 'review', '9999' FROM reviews AS r
INNER JOIN calls AS c ON c.call_id = r.call_id AND c.evaluation_key = r.evaluation_key
WHERE r.kind = 'blind';
