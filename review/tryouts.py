"""Try-outs of drafts on past calls: judged in the background, one try-out after the other.

They live in the memory of the process that serves the pages; after a restart they are gone, which
loses nothing but a minute of computing.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pipeline.desk.documents import scorecard_of
from pipeline.errors import CallQAError, ScoringError
from pipeline.rubric import Rubric
from pipeline.rubric_tryout import TriedCall, TryOutResult, result_of, tried_call
from review.services import Services

LOG = logging.getLogger(__name__)
KEPT = 20
"""Try-outs that can still be looked at; older ones are forgotten."""
State = Literal["waiting", "loading", "running", "done", "cancelled", "failed"]
ENDED: tuple[State, ...] = ("done", "cancelled", "failed")


@dataclass(slots=True)
class TryOut:
    """One try-out and how far it is. Written to by its thread only, but for ``cancelled``."""

    tryout_id: str
    draft_id: str
    rubric: Rubric
    call_ids: tuple[str, ...]
    started_by: str
    started_at: datetime
    state: State = "waiting"
    done: int = 0
    failed: int = 0
    """Calls that could not be judged or are no longer there."""
    problem: str = ""
    result: TryOutResult | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def ended(self) -> bool:
        """Return whether nothing more will come."""
        return self.state in ENDED


class TryOuts:
    """All try-outs of one process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, TryOut] = {}
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def start(
        self, draft_id: str, rubric: Rubric, call_ids: Sequence[str], started_by: str
    ) -> TryOut:
        """Begin a try-out and return it at once; it waits for the one before."""
        tryout = TryOut(
            secrets.token_hex(8), draft_id, rubric, tuple(call_ids), started_by, datetime.now(UTC)
        )
        with self._lock:
            ended = [key for key, known in self._known.items() if known.ended]
            for key in ended[: max(0, len(self._known) - KEPT + 1)]:
                del self._known[key]
            self._known[tryout.tryout_id] = tryout
        name = f"try-out {tryout.tryout_id}"
        threading.Thread(target=self._run, args=(tryout,), name=name, daemon=True).start()
        return tryout

    def get(self, tryout_id: str) -> TryOut | None:
        """Return a try-out; None if there is none or it was forgotten."""
        return self._known.get(tryout_id)

    def of_draft(self, draft_id: str) -> tuple[TryOut, ...]:
        """Return the try-outs of a draft, latest first."""
        with self._lock:
            return tuple(t for t in reversed(self._known.values()) if t.draft_id == draft_id)

    def _run(self, tryout: TryOut) -> None:
        """Judge the calls; whatever happens, the try-out ends."""
        try:
            with self._turn:
                self._judge(tryout)
        except CallQAError as error:
            tryout.problem = str(error)
        finally:
            if not tryout.ended:
                tryout.problem = tryout.problem or "It stopped without an answer: see the log."
                tryout.state = "failed"
            LOG.info("try-out %s %s, %s calls", tryout.tryout_id, tryout.state, tryout.done)

    def _judge(self, tryout: TryOut) -> None:
        services = self._services
        if services.judge is None or tryout.cancelled.is_set():
            tryout.problem = NO_JUDGE if services.judge is None else ""
            tryout.state = "failed" if services.judge is None else "cancelled"
            return
        tryout.state = "loading"
        judge = services.judge()
        tryout.state = "running"
        tried: list[TriedCall] = []
        for call_id in tryout.call_ids:
            if tryout.cancelled.is_set():
                break
            card = scorecard_of(services.desk, services.store, call_id)
            try:
                if card is None:
                    tryout.failed += 1
                else:
                    judgement = judge.judge(tryout.rubric, card.transcript)
                    tried.append(tried_call(card, tryout.rubric, judgement))
            except ScoringError:
                tryout.failed += 1
            tryout.done += 1
        tryout.result = result_of(tryout.rubric, tried)
        tryout.state = "cancelled" if tryout.cancelled.is_set() else "done"


NO_JUDGE = (
    "This server has no models to judge with. Start it with callqa serve on a machine that has "
    "the weights (callqa weights fetch), or try the rubric there with callqa rubric try."
)
