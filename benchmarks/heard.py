"""What callqa's transcriber hears on recordings of labelled calls, kept so that it can be judged.

    python -m benchmarks.heard RECORDING… [--model whisper-base] [--out FILE]

A recording is named after its call: ``d1-12.flac`` (two channels), ``d1-12-mono.flac`` (one).
Writes one row per recording to benchmarks/data/heard.jsonl; ``benchmarks.criteria`` judges these
beside the same calls as written. The recordings are read aloud by speech synthesis: no person is
heard.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from models.transcriber import WhisperTranscriber, build_transcriber
from pipeline.domain import Record, Transcript
from pipeline.keys import sha256_of
from pipeline.settings import Settings

MONO = "-mono"
HEARD = Path(__file__).parent / "data" / "heard.jsonl"


class HeardCall(Record):
    """One recording of a labelled call."""

    call_id: str
    """Of the written call that was read aloud."""
    recording: str
    """Stem of the file's name."""
    transcript: Transcript
    """As the transcriber gives it, before anything is redacted."""

    @property
    def one_channel(self) -> bool:
        """Whether both speakers share a channel, and had to be told apart by voice."""
        return self.recording.endswith(MONO)


def main() -> None:
    """Transcribe, write, say how long each took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", nargs="+", type=Path)
    parser.add_argument("--model", default=Settings().asr_model)
    parser.add_argument("--out", type=Path, default=HEARD)
    arguments = parser.parse_args()
    transcriber = build_transcriber(Settings(asr_model=arguments.model))
    with arguments.out.open("w", encoding="utf-8") as lines:
        for path in sorted(arguments.recordings, key=lambda path: path.stem):
            call = hear(path, transcriber)
            print(f"{call.recording:12} {len(call.transcript.turns):3} turns", flush=True)
            lines.write(call.model_dump_json() + "\n")


def hear(path: Path, transcriber: WhisperTranscriber) -> HeardCall:
    """Return what the transcriber hears.

    Raises:
        RecordingError: The file is no recording.
        TranscriptionError: Speech recognition failed.
    """
    with path.open("rb") as stream:
        transcript = transcriber.transcribe(path.stem, stream, sha256_of(stream)).transcript
    return HeardCall(
        call_id=path.stem.removesuffix(MONO), recording=path.stem, transcript=transcript
    )


def read_heard(path: Path = HEARD) -> tuple[HeardCall, ...]:
    """Return what was heard, in file order; nothing if the file is not there."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(HeardCall.model_validate_json(line) for line in lines)


if __name__ == "__main__":
    main()
