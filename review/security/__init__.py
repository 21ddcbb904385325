"""Who may come in, and what browsers are told about the pages (docs/decisions/0017-people.md)."""
