"""Damaged recordings: how often "not heard" is scored "not done", and what withholding costs.

    python -m benchmarks.damaged [RECORDING…] [--seeds 20 21] [--model whisper-base]

Damages each recording (by default those in examples/calls) in every way of ``benchmarks.damages``
and judges what is heard by two rules: ``mean_only`` withholds where the mean probability of the
words is low; ``callqa`` is what ships. What would have been said without withholding is compared
with the verdict on the undamaged recording, by the same judge: no label takes part, and the judge's
own errors do not count. Writes benchmarks/results/damaged.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.damaged_outcomes import Outcomes, Words, believed, outcome, total
from benchmarks.damages import DAMAGES, DRAWN, TWO_CHANNELS, Recorded, Samples, as_wav, read_samples
from benchmarks.stamp import Stamp, stamp
from models.encoder import load_encoder
from models.judge import HeadJudge
from models.trained import bundled_heads, load_trained
from models.transcriber import WhisperTranscriber, build_transcriber
from models.withholding import Withholding
from pipeline.domain import Record, Role, Sound, Transcript, TurnJudgement, Verdict
from pipeline.findings import MISSING_KINDS
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings
from pipeline.spans import Span, united

CALLS = Path(__file__).parents[1] / "examples" / "calls"
RESULTS = Path(__file__).parent / "results" / "damaged.json"
SEEDS = (20, 21)
"""Others were looked at while thresholds were chosen."""
IDENTIFIES = ("ask_identifier", "give_identifier")
MARGIN_S = 0.1

Verdicts = Mapping[str, Verdict]
ByRule = Mapping[str, Outcomes]


class Undamaged(Record):
    """What is withheld from a recording as it is."""

    recording: str
    verdicts: int
    withheld: Mapping[str, tuple[str, ...]]
    """Criteria by rule."""
    sounds: tuple[Sound, ...]
    """Of the kinds that mean that words may be missing."""


class Report(Record):
    """All figures."""

    stamp: Stamp
    model: str
    seeds: tuple[int, ...]
    unheard_share: float
    undamaged: tuple[Undamaged, ...]
    all: ByRule
    by_damage: Mapping[str, ByRule]
    words: Mapping[str, Words]
    """By damage; none where the damage moves the clock."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The same heads, withholding by different rules, and who listens."""

    transcriber: WhisperTranscriber
    never: HeadJudge
    by_rule: Mapping[str, HeadJudge]
    rubric: Rubric

    def verdicts(self, judge: HeadJudge, transcript: Transcript) -> Verdicts:
        """Return the verdicts of one judge."""
        scores = judge.judge(self.rubric, transcript).scores
        return {score.criterion: score.verdict for score in scores}

    def hear(self, samples: Samples, rate_hz: int) -> Transcript:
        """Return what is heard of samples."""
        return self.transcriber.transcribe(
            "damaged", as_wav(samples, rate_hz), "damaged"
        ).transcript

    def outcomes(self, whole: Transcript, heard: Transcript) -> ByRule:
        """Return what each rule makes of a damaged recording."""
        true, would = self.verdicts(self.never, whole), self.verdicts(self.never, heard)
        given = {rule: self.verdicts(judge, heard) for rule, judge in self.by_rule.items()}
        return {
            rule: total(
                outcome(true[name], would[name], withheld=found[name] is Verdict.UNSCORED)
                for name in true
            )
            for rule, found in given.items()
        }


@dataclass(slots=True)
class Gathered:
    """Outcomes and words by damage."""

    outcomes: dict[str, list[ByRule]] = field(default_factory=dict)
    words: dict[str, list[Words]] = field(default_factory=dict)


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS)
    parser.add_argument("--model", default=Settings().asr_model)
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    recordings = arguments.recordings or sorted(CALLS.glob("*.flac"))
    report = measure(recordings, arguments.seeds, arguments.model)
    arguments.out.parent.mkdir(exist_ok=True)
    arguments.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    show(report)


def measure(recordings: Sequence[Path], seeds: Sequence[int], model: str) -> Report:
    """Return the figures of all damages of all recordings.

    Raises:
        RecordingError: A file is no recording.
        PrerequisiteError: Weights are missing.
    """
    begun = stamp("faster-whisper", "ctranslate2")
    settings = Settings(asr_model=model)
    bench, found = build(settings), Gathered()
    undamaged = []
    for path in recordings:
        samples, rate_hz = read_samples(path)
        whole = bench.hear(samples, rate_hz)
        undamaged.append(as_it_is(path.stem, whole, bench))
        for name, changed in damaged(recorded(samples, rate_hz, whole, bench), seeds):
            heard = bench.hear(changed, rate_hz)
            found.outcomes.setdefault(name, []).append(bench.outcomes(whole, heard))
            if name != "opening_missing":
                found.words.setdefault(name, []).append(believed(whole, heard))
        print(f"{path.stem:20} done", flush=True)
    by_damage = {name: _summed(cases, bench) for name, cases in found.outcomes.items()}
    return Report(
        stamp=begun,
        model=bench.transcriber.model,
        seeds=tuple(seeds),
        unheard_share=settings.unheard_share,
        undamaged=tuple(undamaged),
        all=_summed(list(by_damage.values()), bench),
        by_damage=by_damage,
        words={name: sum(words, Words()) for name, words in found.words.items()},
    )


def build(settings: Settings) -> Bench:
    """Return judges that differ only in what they withhold for what was not heard."""
    encoder, trained = load_encoder(settings.weights), load_trained(bundled_heads())
    withhold = Withholding(settings.stated_error, settings.withhold_under)

    def judge(low: float, share: float | None) -> HeadJudge:
        return HeadJudge(encoder, trained, "bundled", low, withhold=withhold, unheard_share=share)

    low = settings.low_asr_confidence
    return Bench(
        transcriber=build_transcriber(settings),
        never=judge(0.0, None),
        by_rule={"mean_only": judge(low, None), "callqa": judge(low, settings.unheard_share)},
        rubric=load_rubric(bundled_rubric_path()),
    )


def recorded(samples: Samples, rate_hz: int, whole: Transcript, bench: Bench) -> Recorded:
    """Return a recording with the agent's channel, and when identifiers are asked for and given."""
    agent = next((turn.channel for turn in whole.turns if turn.role is Role.AGENT), None)
    found = bench.never.judge(bench.rubric, whole).turns
    turns = [whole.turns[item.turn] for item in found if _identifies(item)]
    spans = [Span((t.start_s or 0.0) - MARGIN_S, (t.end_s or 0.0) + MARGIN_S) for t in turns]
    return Recorded(samples, rate_hz, agent or 0, united(spans))


def as_it_is(name: str, whole: Transcript, bench: Bench) -> Undamaged:
    """Return what is withheld from an undamaged recording."""
    given = bench.verdicts(bench.never, whole)
    scored = [criterion for criterion, verdict in given.items() if verdict is not Verdict.UNSCORED]
    found = {rule: bench.verdicts(judge, whole) for rule, judge in bench.by_rule.items()}
    return Undamaged(
        recording=name,
        verdicts=len(scored),
        withheld={
            rule: tuple(c for c in scored if verdicts[c] is Verdict.UNSCORED)
            for rule, verdicts in found.items()
        },
        sounds=tuple(item for item in whole.sounds if item.kind in (*MISSING_KINDS, "cut")),
    )


def damaged(call: Recorded, seeds: Sequence[int]) -> Iterator[tuple[str, Samples]]:
    """Yield each damage of a recording: once where nothing is drawn, else once per seed."""
    for name, damage in DAMAGES.items():
        if name in TWO_CHANNELS and call.samples.shape[0] == 1:
            continue
        if name == "identifiers_silenced" and not call.identifiers:
            continue
        for seed in seeds if name in DRAWN else seeds[:1]:
            yield name, damage(call, np.random.default_rng(seed))


def _identifies(item: TurnJudgement) -> bool:
    return any(item.moves.get(name, 0.0) >= 0.5 for name in IDENTIFIES)


def _summed(cases: Sequence[ByRule], bench: Bench) -> ByRule:
    return {rule: total(case[rule] for case in cases) for rule in bench.by_rule}


def show(report: Report) -> None:
    """Print the table."""
    names = list(Outcomes.model_fields)
    print(f"{'':33}" + " ".join(f"{name:>19}" for name in names))
    for damage, by_rule in [*report.by_damage.items(), ("all", report.all)]:
        for rule, found in by_rule.items():
            figures = " ".join(f"{getattr(found, name):19}" for name in names)
            print(f"{damage:22} {rule:10}{figures}")
    for item in report.undamaged:
        print(f"undamaged {item.recording:20} {item.verdicts} verdicts, withheld {item.withheld}")


if __name__ == "__main__":
    main()
