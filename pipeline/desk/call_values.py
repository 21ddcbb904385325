"""The columns of a call at the desk, worked out from its scorecard."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pipeline.desk.times import time_text
from pipeline.domain import Evaluation, Verdict
from pipeline.flags import is_drawn
from pipeline.settings import Settings
from pipeline.store import Scorecard

PLACES = {"random_slice": 1, "uncertain": 2, "flagged": 3, "critical": 4}
"""What puts a call before others; each outweighs all that have a lower place."""
AMONG_CRITICAL, AMONG_FLAGGED = 0.1, 0.6
"""Up to here on a lot from 0 to 1, calls for blind review stand among these; then the uncertain."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a call is reviewed, and how soon."""

    critical: bool
    flagged: bool
    """For another reason than chance."""
    random_slice: bool
    uncertain: int
    unscored: int
    score: float | None
    least_probability: float | None
    flags: int

    @property
    def waits(self) -> bool:
        """Return whether somebody should look at the call."""
        return self.flagged or self.random_slice or self.uncertain > 0

    @property
    def urgency(self) -> float:
        """Return how far to the front of the queue the call belongs.

        Critical fails first, then other flags, then uncertain verdicts, then calls drawn at
        random; within each the worst score, or the least sure verdict; then more flags.
        """
        present = {
            "critical": self.critical,
            "flagged": self.flagged,
            "uncertain": self.uncertain > 0,
            "random_slice": self.random_slice,
        }
        place = max((PLACES[name] for name, holds in present.items() if holds), default=0)
        if place == PLACES["uncertain"] and self.least_probability is not None:
            badness = 1.0 - self.least_probability
        else:
            badness = 1.0 - (50.0 if self.score is None else self.score) / 100.0
        return 10.0 * place + 8.0 * badness + min(self.flags, 10) / 10.0


def standing(evaluation: Evaluation, uncertain_under: float) -> Standing:
    """Return where an evaluation puts its call.

    Args:
        evaluation: The call's latest.
        uncertain_under: Verdicts given with less probability are uncertain.
    """
    kinds = {flag.kind for flag in evaluation.flags}
    scores = evaluation.judgement.scores
    given = [item.probability for item in scores if item.probability is not None]
    return Standing(
        critical="critical_fail" in kinds,
        flagged=bool(kinds - {"random_slice"}),
        random_slice="random_slice" in kinds,
        uncertain=sum(probability < uncertain_under for probability in given),
        unscored=sum(item.verdict is Verdict.UNSCORED for item in scores),
        score=evaluation.score,
        least_probability=min(given, default=None),
        flags=len(evaluation.flags),
    )


def call_values(card: Scorecard, revision: int, settings: Settings) -> dict[str, Any]:
    """Return the parameters that write a call, all but its number.

    Args:
        card: Of the call's latest evaluation.
        revision: Of the call's metadata.
        settings: ``uncertain_under``, ``blind_share`` and ``random_seed`` count.
    """
    evaluation, metadata = card.evaluation, card.call.metadata
    stands = standing(evaluation, settings.uncertain_under)
    drawn = [item.inclusion_probability for item in evaluation.flags if item.inclusion_probability]
    return {
        "call_id": card.call.call_id,
        "evaluation_key": evaluation.key,
        "transcript_key": evaluation.transcript_key,
        "revision": revision,
        "recording_sha256": card.call.recording_sha256,
        "source": card.transcript.source,
        "rubric": evaluation.rubric,
        "rubric_version": evaluation.rubric_version,
        "evaluated_at": time_text(evaluation.evaluated_at),
        "agent": metadata.agent,
        "team": metadata.team,
        "queue": metadata.queue,
        "started_at": None if metadata.started_at is None else time_text(metadata.started_at),
        "duration_s": card.transcript.duration_s,
        "score": evaluation.score,
        "sentiment_end": evaluation.sentiment_end,
        "critical": int(stands.critical),
        "flagged": int(stands.flagged),
        "random_slice": int(stands.random_slice),
        "inclusion_probability": drawn[0] if drawn else None,
        "uncertain": stands.uncertain,
        "unscored": stands.unscored,
        "least_probability": stands.least_probability,
        "flags": json.dumps(
            [flag.model_dump(mode="json") for flag in evaluation.flags], ensure_ascii=False
        ),
        "urgency": shown_urgency(card.call.call_id, stands, settings),
        "blind": int(stands.waits and is_drawn_blind(card.call.call_id, settings)),
    }


def shown_urgency(call_id: str, stands: Standing, settings: Settings) -> float:
    """Return by what the queue sorts a call, such that its place tells nothing it must not tell.

    A call for blind review takes its place by lot among all that wait: whoever sees the list may
    not know what the machine thinks of it. One drawn at random and otherwise clean takes a place
    by lot among the uncertain ones, from which reviewers may not tell it.
    """
    least_unsure = 1.0 - settings.uncertain_under
    unsure = 10.0 * PLACES["uncertain"] + 8.0 * least_unsure
    lot = _lot("within", call_id, settings)
    if stands.waits and is_drawn_blind(call_id, settings):
        among = _lot("among", call_id, settings)
        if among < AMONG_CRITICAL:
            return 10.0 * PLACES["critical"] + 8.0 + 0.5 * lot
        return 10.0 * PLACES["flagged"] + 8.0 * lot if among < AMONG_FLAGGED else unsure + 2.0 * lot
    if stands.random_slice and not stands.flagged and not stands.uncertain:
        return unsure + 2.0 * lot
    return stands.urgency


def _lot(purpose: str, call_id: str, settings: Settings) -> float:
    """Return a number from 0 to 1 that depends on nothing but the call's id and the seed."""
    digest = hashlib.sha256(f"{purpose}\0{settings.random_seed}\0{call_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def is_drawn_blind(call_id: str, settings: Settings) -> bool:
    """Return whether a call that is to be reviewed at all is judged by two people blindly.

    From a hash, as the random slice is, and independent of it: which call it is depends on
    nothing that anybody could want.
    """
    return is_drawn(f"blind\0{call_id}", share=settings.blind_share, seed=settings.random_seed)


def verdict_values(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the parameters that write the verdicts of an evaluation."""
    return [
        {
            "call_id": evaluation.call_id,
            "position": position,
            "criterion": score.criterion,
            "verdict": score.verdict,
            "probability": score.probability,
        }
        for position, score in enumerate(evaluation.judgement.scores)
    ]
