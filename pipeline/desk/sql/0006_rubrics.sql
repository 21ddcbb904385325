-- Drafts of rubrics, and who published what; a published version's content lives in the store.

CREATE TABLE rubric_drafts (
    draft_id TEXT NOT NULL PRIMARY KEY,
    rubric TEXT NOT NULL,
    based_on INTEGER,                        -- a version; NULL: a new rubric
    content TEXT NOT NULL,                   -- YAML as typed
    author TEXT NOT NULL,
    made_at TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    state TEXT NOT NULL                      -- draft | published | discarded
);

CREATE TABLE rubric_publications (
    rubric TEXT NOT NULL,
    version INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    content TEXT NOT NULL,                   -- YAML
    published_by TEXT NOT NULL,
    published_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    posted_at TEXT,                          -- when the store got it
    problem TEXT,                            -- why the store does not take it
    PRIMARY KEY (rubric, version)
);
