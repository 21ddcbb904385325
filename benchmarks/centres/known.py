"""What is known of the calls of a centre: how a judge that never saw its groups judges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.encoding import RememberingEncoder
from benchmarks.folds import fingerprint, trained_on
from models.house.heads import Basis
from models.judge import HeadJudge
from models.training.crossfit import Prepared, prepare
from models.training.labelled import LabelledCall, read_labelled
from models.withholding import Withholding
from pipeline.domain import Call, Evaluation
from pipeline.evaluate import evaluate
from pipeline.rubric import Rubric
from pipeline.settings import Settings

CENTRES: Mapping[str, tuple[str, ...]] = {
    "d1 to d4": ("d1", "d2", "d3", "d4"),
    "t1 to t3": ("t1", "t2", "t3"),
    "t5 to t8": ("t5", "t6", "t7", "t8"),
}
"""One domain group alone has 30 to 40 calls: too few for 80 reviews and 40 held-out calls. So a
centre answers for several domains, 120 calls each."""
AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KnownCall:
    """One call of a centre, judged by a judge that never saw the centre's groups."""

    call: LabelledCall
    bases: Mapping[str, Basis]
    """By criterion: what a house head sees."""
    evaluation: Evaluation
    """With the thresholds that callqa ships; says why it is flagged."""

    @property
    def flagged(self) -> bool:
        """Whether anything but chance puts it in the queue."""
        return any(flag.kind != "random_slice" for flag in self.evaluation.flags)


def known_centres(
    data: Path, rubric: Rubric, encoder: RememberingEncoder, settings: Settings, cache: Path
) -> Iterator[tuple[str, tuple[KnownCall, ...]]]:
    """Yield each centre's calls; trains judges that are not kept yet (a minute each)."""
    calls = prepare(read_labelled(data), encoder)
    mark = fingerprint(data, rubric, encoder)
    for name, groups in CENTRES.items():
        others = [item for item in calls if item.call.group not in groups]
        kept = cache / mark / f"without-{'-'.join(groups)}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        judge = HeadJudge(
            encoder,
            trained_on(others, rubric, encoder, kept),
            kept.name,
            settings.low_asr_confidence,
            withhold=Withholding(settings.stated_error, settings.withhold_under),
        )
        own = [item for item in calls if item.call.group in groups]
        yield name, tuple(_known(own, judge, rubric, settings))


def _known(
    calls: Sequence[Prepared], judge: HeadJudge, rubric: Rubric, settings: Settings
) -> Iterator[KnownCall]:
    for item in calls:
        transcript = item.call.transcript()
        evaluation = evaluate(
            Call(
                call_id=item.call.call_id,
                recording_sha256=transcript.recording_sha256,
                source=item.call.call_id,
            ),
            transcript,
            rubric,
            judge.judge(rubric, transcript),
            settings=settings,
            model_versions=judge.versions,
            software_version="benchmark",
            at=AT,
        )
        yield KnownCall(item.call, judge.bases(rubric, transcript), evaluation)
