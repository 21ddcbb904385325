-- Who is told of what happens, and what was told when.

CREATE TABLE hooks (
    hook_id TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,                    -- JSON list: critical_fail, review_submitted, dispute_opened
    active INTEGER NOT NULL DEFAULT 1,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE TABLE hook_deliveries (
    delivery_id TEXT NOT NULL PRIMARY KEY,
    hook_id TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,                      -- JSON as sent
    made_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,                        -- NULL: delivered, or given up
    delivered_at TEXT,
    last_error TEXT
);
CREATE INDEX hook_deliveries_due ON hook_deliveries (next_try_at);
