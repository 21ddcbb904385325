"""Where results live: append-only tables in DuckDB, opened per unit of work."""

from pipeline.store.records import Counts, QueuedCall, Scorecard
from pipeline.store.store import EXPORTS, Store

__all__ = ["EXPORTS", "Counts", "QueuedCall", "Scorecard", "Store"]
