"""Wall time of ``callqa score`` by part, for the first run of a batch against the second.

    python -m benchmarks.batch [--recordings SOURCE…] [--written FILE] [--out FILE]

Runs the real command in processes of its own, on recordings and on written calls, each twice on
one fresh store. The second run has nothing to do: it is the named alternative, and what it takes
is the price of asking. Results go to benchmarks/results/batch.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.stamp import Stamp, stamp
from flows.batch import BatchReport
from pipeline.domain import Record

HERE = Path(__file__).parent
RECORDINGS = [str(HERE.parent / "examples" / "calls" / "*.flac")]
WRITTEN = HERE / "data" / "calls_dev.jsonl"


class Run(Record):
    """One run of the command."""

    wall_s: float
    """Of the whole process."""
    scored: int
    known: int
    """Scored before, so that nothing was done."""
    start_up_s: float
    loading_s: float
    transcription_s: float
    other_s: float
    """Reading, judging, storing, Prefect between stages."""
    calls_per_second: float | None
    """Newly scored, after start-up and loading."""


class Pair(Record):
    """The same batch twice."""

    sources: tuple[str, ...]
    """Names of the files or patterns."""
    first: Run
    second: Run
    other_share: float | None
    """Of transcription and all else in the first run; None without recordings."""
    times_as_fast_again: float


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    recordings: Pair
    written: Pair


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", nargs="+", default=RECORDINGS)
    parser.add_argument("--written", default=str(WRITTEN))
    parser.add_argument("--out", type=Path, default=HERE / "results" / "batch.json")
    arguments = parser.parse_args()
    report = Report(
        stamp=stamp("prefect", "duckdb", "torch", "ctranslate2"),
        recordings=twice(arguments.recordings),
        written=twice([arguments.written]),
    )
    for name, pair in (("recordings", report.recordings), ("written calls", report.written)):
        show(name, pair)
    arguments.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")


def twice(sources: Sequence[str]) -> Pair:
    """Return two runs over the same sources and one fresh store."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = (score(sources, Path(folder) / "store.duckdb") for _ in range(2))
    work_s = first.transcription_s + first.other_s
    return Pair(
        sources=tuple(Path(source).name for source in sources),
        first=first,
        second=second,
        other_share=first.other_s / work_s if first.transcription_s else None,
        times_as_fast_again=first.wall_s / second.wall_s,
    )


def score(sources: Sequence[str], store: Path) -> Run:
    """Return what one ``callqa score`` took."""
    command = [sys.executable, "-m", "flows.cli", "score", *sources, "--store", str(store)]
    since = time.perf_counter()
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    wall_s = time.perf_counter() - since
    content = json.loads(done.stdout)
    report = BatchReport.model_validate(
        {name: content[name] for name in BatchReport.model_fields if name in content}
    )
    timings = report.timings
    return Run(
        wall_s=wall_s,
        scored=len(report.scored),
        known=len(report.known),
        start_up_s=timings.start_up_s,
        loading_s=timings.loading_s,
        transcription_s=timings.transcription_s,
        other_s=timings.other_s,
        calls_per_second=report.calls_per_s,
    )


def show(name: str, pair: Pair) -> None:
    """Print one pair."""
    for which, run in (("first", pair.first), ("again", pair.second)):
        print(
            f"{name:14} {which}: {run.wall_s:6.1f} s, {run.scored} scored, {run.known} known, "
            f"start-up {run.start_up_s:.1f}, loading {run.loading_s:.1f}, "
            f"transcription {run.transcription_s:.1f}, everything else {run.other_s:.1f}"
        )
    share = "" if pair.other_share is None else f", everything else {pair.other_share:.0%} of it"
    speed = pair.first.calls_per_second or 0.0
    print(
        f"{name:14} {speed:.1f} calls/s{share}; again is {pair.times_as_fast_again:.1f} times "
        "as fast"
    )


if __name__ == "__main__":
    main()
