-- Who works here, how they prove it, and what they did. The desk's database is SQLite beside a store
-- that is a file, PostgreSQL beside a shared one: what stands here must mean the same to both.
-- Times are text in UTC, 2026-03-02T09:30:00.000000+00:00, so that they sort; 0 and 1 are no and yes.

CREATE TABLE users (
    user_id TEXT NOT NULL PRIMARY KEY,       -- the name they log in with, in lower case
    name TEXT NOT NULL,
    role TEXT NOT NULL,                      -- admin | lead | reviewer | agent
    agent TEXT,                              -- for the role agent: how calls name them
    teams TEXT NOT NULL DEFAULT '[]',        -- JSON list of teams they may see; empty: all
    password_hash TEXT,                      -- Argon2id; NULL: none set yet, or a proxy vouches
    active INTEGER NOT NULL DEFAULT 1,
    goal_per_week INTEGER,                   -- reviews, for reviewers
    added_at TEXT NOT NULL,
    added_by TEXT NOT NULL
);

CREATE TABLE one_time_links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,                   -- first_admin | set_password
    user_id TEXT,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
);

CREATE TABLE sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    csrf_token TEXT NOT NULL,
    started_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    address TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    token_id TEXT NOT NULL UNIQUE,           -- what people see and revoke
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT
);

CREATE TABLE failed_logins (
    subject TEXT NOT NULL,                   -- user:NAME or address:IP
    happened_at TEXT NOT NULL
);
CREATE INDEX failed_logins_by_subject ON failed_logins (subject, happened_at);

CREATE TABLE audit_log (
    happened_at TEXT NOT NULL,
    entry_id TEXT NOT NULL PRIMARY KEY,
    actor TEXT NOT NULL,                     -- a user_id, or system
    action TEXT NOT NULL,                    -- such as call.read, review.submitted, user.added
    subject TEXT NOT NULL,                   -- such as call:c-17
    detail TEXT NOT NULL DEFAULT '{}',       -- JSON object; never words of a call
    address TEXT
);
CREATE INDEX audit_by_time ON audit_log (happened_at);
CREATE INDEX audit_by_subject ON audit_log (subject, happened_at);
CREATE INDEX audit_by_actor ON audit_log (actor, happened_at);
