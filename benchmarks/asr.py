"""Speed and word errors of callqa's transcriber against plain faster-whisper.

    python -m benchmarks.asr RECORDING… [--references FILE.jsonl…] [--model whisper-base]

Plain is one ``transcribe()`` call per channel with faster-whisper's defaults (beam 5, no voice
filter), int8 on two threads, the same model; the better of both channel orders counts for it.
Both run in turn on each recording, in one process, models loaded before. References are JSONL with
``call_id``, ``role`` and ``text``. Results go to benchmarks/results/asr.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.stamp import stamp
from benchmarks.word_errors import WordErrors, count
from models.decoding import decode
from models.transcriber import WhisperTranscriber, build_transcriber
from pipeline.domain import Role, Transcript
from pipeline.keys import sha256_of, text_sha256
from pipeline.settings import Settings

THREADS = 2
RESULTS = Path(__file__).parent / "results" / "asr.json"


@dataclass(frozen=True, slots=True)
class Run:
    """One recogniser on one recording."""

    wall_s: float
    cpu_s: float
    errors: WordErrors | None


@dataclass(frozen=True, slots=True)
class Row:
    """Both recognisers on one recording."""

    call_id: str
    duration_s: float
    sha256: str
    plain: Run
    callqa: Run


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--references", nargs="*", type=Path, default=[])
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    references = read_references(arguments.references)
    transcriber = build_transcriber(Settings(asr_model=arguments.model, asr_threads=THREADS))
    plain = load_plain(transcriber.folder)
    warm_up(transcriber, plain, arguments.recordings[0])
    rows = [measure(path, references, transcriber, plain) for path in arguments.recordings]
    report = summary(rows, transcriber)
    arguments.out.parent.mkdir(exist_ok=True)
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, value in report.items():
        if name not in ("stamp", "recordings"):
            print(f"{name:28} {value}")


def read_references(paths: Iterable[Path]) -> dict[str, dict[Role, str]]:
    """Return what each role said in each call."""
    found: dict[str, dict[Role, str]] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(row["call_id"], {})[Role(row["role"])] = row["text"]
    return found


def load_plain(folder: Path) -> Any:
    """Return faster-whisper's model; Any: it publishes no types."""
    from faster_whisper import WhisperModel

    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS)


def warm_up(transcriber: WhisperTranscriber, plain: Any, path: Path) -> None:
    """Run both once, so that nothing is loaded while they are timed."""
    run_plain(plain, path, None)
    run_callqa(transcriber, path, None)
    transcriber.timings = type(transcriber.timings)()


def measure(
    path: Path,
    references: Mapping[str, Mapping[Role, str]],
    transcriber: WhisperTranscriber,
    plain: Any,
) -> Row:
    """Return both recognisers' time and errors on one recording."""
    reference = references.get(path.stem)
    with path.open("rb") as stream:
        duration_s = decode(stream, 4 * 3600).duration_s
        sha256 = sha256_of(stream)
    row = Row(
        path.stem,
        duration_s,
        sha256,
        run_plain(plain, path, reference),
        run_callqa(transcriber, path, reference),
    )
    print(f"{row.call_id:20} plain {row.plain.wall_s:6.1f} s  callqa {row.callqa.wall_s:6.1f} s")
    return row


def run_plain(model: Any, path: Path, reference: Mapping[Role, str] | None) -> Run:
    """Return what plain faster-whisper takes and gets wrong."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    with path.open("rb") as stream:
        sound = decode(stream, 4 * 3600)
    texts = []
    for channel in range(sound.channels):
        segments, _ = model.transcribe(sound.as_float(channel))
        texts.append(" ".join(segment.text for segment in segments))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    errors = None
    if reference is not None and len(texts) == 2:
        errors = min(
            (count(reference, {Role.AGENT: a, Role.CUSTOMER: c}) for a, c in (texts, texts[::-1])),
            key=lambda counted: counted.errors,
        )
    return Run(wall_s, cpu_s, errors)


def run_callqa(
    transcriber: WhisperTranscriber, path: Path, reference: Mapping[Role, str] | None
) -> Run:
    """Return what callqa takes and gets wrong, wrong roles included."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    with path.open("rb") as stream:
        transcript = transcriber.transcribe(path.stem, stream, "benchmark").transcript
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    errors = None if reference is None else count(reference, by_role(transcript))
    return Run(wall_s, cpu_s, errors)


def by_role(transcript: Transcript) -> dict[Role, str]:
    """Return what each role said, in order."""
    return {
        role: " ".join(turn.text for turn in transcript.turns if turn.role is role) for role in Role
    }


def summary(rows: Sequence[Row], transcriber: WhisperTranscriber) -> dict[str, Any]:
    """Return the report: totals, then every recording."""
    plain_s, callqa_s = (sum(r.plain.wall_s for r in rows), sum(r.callqa.wall_s for r in rows))
    cpu = (sum(r.plain.cpu_s for r in rows), sum(r.callqa.cpu_s for r in rows))
    judged = [row for row in rows if row.plain.errors and row.callqa.errors]
    return {
        "stamp": stamp("faster-whisper", "ctranslate2", "onnxruntime").model_dump(mode="json"),
        "threads": THREADS,
        "model": transcriber.model,
        "data_sha256": text_sha256([*sorted(row.sha256 for row in rows)]),
        "recordings_s": round(sum(row.duration_s for row in rows), 1),
        "plain_wall_s": round(plain_s, 1),
        "callqa_wall_s": round(callqa_s, 1),
        "times_as_fast_wall": round(plain_s / callqa_s, 2),
        "plain_cpu_s": round(cpu[0], 1),
        "callqa_cpu_s": round(cpu[1], 1),
        "times_as_fast_cpu": round(cpu[0] / cpu[1], 2),
        "plain_wer": round(_total(row.plain for row in judged).rate, 4),
        "callqa_wer": round(_total(row.callqa for row in judged).rate, 4),
        "reference_words": _total(row.callqa for row in judged).words,
        "callqa_decode_s": round(transcriber.timings.decode_s, 1),
        "callqa_speech_s": round(transcriber.timings.speech_s, 1),
        "callqa_words_s": round(transcriber.timings.words_s, 1),
        "callqa_speakers_s": round(transcriber.timings.speakers_s, 1),
        "recordings": [_row(row) for row in rows],
    }


def _total(runs: Iterable[Run]) -> WordErrors:
    return sum((run.errors for run in runs if run.errors), WordErrors())


def _row(row: Row) -> dict[str, Any]:
    sides = {"plain": row.plain, "callqa": row.callqa}
    return {
        "call_id": row.call_id,
        "duration_s": round(row.duration_s, 1),
        **{f"{name}_wall_s": round(run.wall_s, 2) for name, run in sides.items()},
        **{
            f"{name}_wer": round(run.errors.rate, 4)
            for name, run in sides.items()
            if run.errors is not None
        },
    }


if __name__ == "__main__":
    main()
