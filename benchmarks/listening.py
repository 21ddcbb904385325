"""The same calls as written and as Whisper heard them: what changes when callqa has to listen.

Few calls, so all verdicts are counted together, and each one that differs is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.asr import by_role
from benchmarks.heard import HeardCall
from benchmarks.verdicts import Predicted, pooled_kappa_all, rounded
from benchmarks.word_errors import WordErrors, count
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Verdict


@dataclass(frozen=True, slots=True)
class Listened:
    """One recording, and what one judge says about both forms of the call."""

    heard: HeardCall
    from_written: Predicted
    from_heard: Predicted


class RecordingFigures(Record):
    """One recording."""

    recording: str
    turns_written: int
    turns_heard: int
    word_error_rate: float
    """Against the written call; words given to the wrong role count as wrong."""
    right_written: int
    right_heard: int
    """Criteria judged as labelled."""
    unscored_heard: int


class Side(Record):
    """Agreement with the labels from one form of the calls."""

    right: int
    unscored: int
    kappa_pooled: float
    """Over all verdicts together, an unscored one counted as an error."""
    kappa_mean: float | None
    """Mean over the criteria whose labels differ between these calls."""


class CriterionListening(Record):
    """One criterion: of so many calls that a kappa would be mostly chance."""

    right_written: int
    right_heard: int
    differ: int


class Difference(Record):
    """One verdict that is not the same."""

    recording: str
    criterion: str
    label: Verdict
    written: Verdict
    heard: Verdict
    outcome: Literal["lost", "gained", "both wrong"]
    """Right only as written, right only as heard, or neither."""


class ListeningFigures(Record):
    """Some recordings."""

    recordings: int
    verdicts: int
    word_error_rate: float
    written: Side
    heard: Side
    same: int
    """Verdicts that are the same from both forms."""
    criteria: Mapping[str, CriterionListening]


class ListeningReport(Record):
    """All recordings, and those with one channel per speaker and with one for both, apart."""

    asr_models: tuple[str, ...]
    two_channels: ListeningFigures
    one_channel: ListeningFigures | None
    all: ListeningFigures
    """Calls that were recorded in both ways count twice."""
    by_recording: tuple[RecordingFigures, ...]
    differences: tuple[Difference, ...]


def listening_report(
    listened: Sequence[Listened], criteria: Sequence[str]
) -> ListeningReport | None:
    """Return all figures; None without recordings."""
    if not listened:
        return None
    one = [item for item in listened if item.heard.one_channel]
    two = [item for item in listened if not item.heard.one_channel]
    return ListeningReport(
        asr_models=tuple(sorted({item.heard.transcript.asr_model for item in listened})),
        two_channels=listening_figures(two, criteria),
        one_channel=listening_figures(one, criteria) if one else None,
        all=listening_figures(listened, criteria),
        by_recording=tuple(_recording(item, criteria) for item in listened),
        differences=tuple(found for item in listened for found in differences(item, criteria)),
    )


def listening_figures(listened: Sequence[Listened], criteria: Sequence[str]) -> ListeningFigures:
    """Return the figures of at least one recording."""
    written = [item.from_written for item in listened]
    heard = [item.from_heard for item in listened]
    changed = [found for item in listened for found in differences(item, criteria)]
    errors = sum((word_errors(item) for item in listened), WordErrors())
    verdicts = len(listened) * len(criteria)
    return ListeningFigures(
        recordings=len(listened),
        verdicts=verdicts,
        word_error_rate=round(errors.rate, 3),
        written=side(written, criteria),
        heard=side(heard, criteria),
        same=verdicts - len(changed),
        criteria={
            name: CriterionListening(
                right_written=sum(_right(item.pair(name)) for item in written),
                right_heard=sum(_right(item.pair(name)) for item in heard),
                differ=sum(found.criterion == name for found in changed),
            )
            for name in criteria
        },
    )


def side(predicted: Sequence[Predicted], criteria: Sequence[str]) -> Side:
    """Return how verdicts from one form of the calls agree with the labels."""
    columns = [[item.pair(name) for item in predicted] for name in criteria]
    pairs = [pair for column in columns for pair in column]
    vary = [column for column in columns if len({pair.first for pair in column}) > 1]
    kappas = [rounded(cohens_kappa(column)) for column in vary]
    return Side(
        right=sum(_right(pair) for pair in pairs),
        unscored=sum(pair.second is Verdict.UNSCORED for pair in pairs),
        kappa_pooled=rounded(pooled_kappa_all([tuple(pairs)])),
        kappa_mean=round(sum(kappas) / len(kappas), 3) if kappas else None,
    )


def differences(item: Listened, criteria: Sequence[str]) -> list[Difference]:
    """Return the verdicts that are not the same from both forms of one call."""
    found = []
    for name in criteria:
        written, heard = item.from_written.pair(name), item.from_heard.pair(name)
        if written.second is not heard.second:
            found.append(
                Difference(
                    recording=item.heard.recording,
                    criterion=name,
                    label=written.first,
                    written=written.second,
                    heard=heard.second,
                    outcome=_outcome(written, heard),
                )
            )
    return found


def word_errors(item: Listened) -> WordErrors:
    """Return what was misheard; stage directions in brackets are not spoken and do not count."""
    written = item.from_written.call.transcript()
    return count(by_role(written), by_role(item.heard.transcript))


def _recording(item: Listened, criteria: Sequence[str]) -> RecordingFigures:
    heard = [item.from_heard.pair(name) for name in criteria]
    return RecordingFigures(
        recording=item.heard.recording,
        turns_written=len(item.from_written.call.turns),
        turns_heard=len(item.heard.transcript.turns),
        word_error_rate=round(word_errors(item).rate, 3),
        right_written=sum(_right(item.from_written.pair(name)) for name in criteria),
        right_heard=sum(_right(pair) for pair in heard),
        unscored_heard=sum(pair.second is Verdict.UNSCORED for pair in heard),
    )


def _outcome(written: Pair, heard: Pair) -> Literal["lost", "gained", "both wrong"]:
    if _right(written):
        return "lost"
    return "gained" if _right(heard) else "both wrong"


def _right(pair: Pair) -> bool:
    return pair.first is pair.second
