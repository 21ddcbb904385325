"""The desk: who works here, which call is whose, and what people say, in a database of rows.

Beside a store that is a file it is one SQLite file. The store answers questions about all calls;
the desk answers in milliseconds about one, and never waits for whoever writes to the store
(docs/decisions/0014-desk.md).
"""

from pipeline.desk.database import Desk, desk_for

__all__ = ["Desk", "desk_for"]
