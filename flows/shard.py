"""One shard: a handful of calls taken from file to stored evaluation, stage by stage.

Plain Python: what Prefect does with it is in ``flows.score``. Each stage goes over the calls that
have no outcome yet and need it, so that a stage can simply be run again after a passing failure,
and a shard after a crash: what is in the store is not done twice.

Every call ends with exactly one outcome. Bad input is an outcome at once; a passing failure
(``StageError``, a busy store, a read error) is one only when the retries are used up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from flows.batch import Outcome, ShardReport
from flows.progress import listener
from flows.timing import Stopwatch
from flows.wiring import Engines
from pipeline import keys
from pipeline.domain import Call, Evaluation, Job, PlannedInput, Transcript
from pipeline.errors import InputError, StageError, StoreBusyError

logger = logging.getLogger(__name__)

Stage = Literal["plan", "read", "transcribe", "judge", "store"]

PASSING = (StageError, StoreBusyError, OSError)
"""What may succeed when tried again."""
LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What will be just as bad in five seconds."""
WRITE_BATCH = 16
"""Evaluations per transaction: a crash loses at most this many judgements, which are made again."""


class PassingFailure(Exception):
    """Some calls of a stage failed in a way that may pass; they are tried again."""


class CallInShard:
    """One call on its way; a field is None until its stage has been reached."""

    def __init__(self, planned: PlannedInput) -> None:
        self.planned = planned
        self.call: Call | None = None
        self.transcript: Transcript | None = None
        """Of a written call, until it is judged; of a recording it stays in the store."""
        self.transcript_key = ""
        self.evaluation_key = ""
        self.transcribed = False
        self.trouble: Exception | None = None
        self.outcome: Outcome | None = None
