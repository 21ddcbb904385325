"""Why a criterion cannot be judged on a call at all, before any model is asked."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import Reason, Role, Transcript
from pipeline.findings import MISSING_KINDS
from pipeline.rubric import Criterion, Rubric
from pipeline.spans import Span, total_s


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason, and the sentence for people."""

    reason: Reason
    sentence: str

    @property
    def silences_call(self) -> bool:
        """Whether it holds for every criterion and for the turns too."""
        return self.reason in (Reason.NO_SPEECH, Reason.LANGUAGE_NOT_COVERED)


def doubt(rubric: Rubric, criterion: Criterion, transcript: Transcript) -> Doubt | None:
    """Return why the criterion must stay unscored on this transcript; None if nothing forbids it.

    A language that could not be told (too few words) forbids nothing.
    """
    spoken = {turn.role for turn in transcript.turns if turn.text.strip()}
    if not spoken:
        return Doubt(Reason.NO_SPEECH, f"No speech was heard on this call{_lost(transcript)}.")
    if transcript.language is not None and transcript.language not in rubric.languages:
        covered = ", ".join(rubric.languages)
        return Doubt(
            Reason.LANGUAGE_NOT_COVERED,
            f"The call is in '{transcript.language}'; this rubric covers {covered}.",
        )
    if Role.AGENT in criterion.roles and Role.AGENT not in spoken:
        return Doubt(
            Reason.NO_AGENT_CHANNEL, f"No agent was heard on this call{_lost(transcript)}."
        )
    if not spoken & set(criterion.roles):
        roles = " or ".join(criterion.roles)
        return Doubt(Reason.MODEL_ABSTAINED, f"Nobody with the role {roles} was heard.")
    return None


def _lost(transcript: Transcript) -> str:
    """Return how much of the call may hold words that were not understood, to end a sentence."""
    lost_s = total_s(
        Span(item.start_s, item.end_s) for item in transcript.sounds if item.kind in MISSING_KINDS
    )
    if round(lost_s) < 1:
        return ""
    unit = "second" if round(lost_s) == 1 else "seconds"
    return f"; for {lost_s:.0f} {unit} of it a channel was lost, too noisy or not understood"
