"""Written and stored calls to try criteria on; nothing is transcribed or stored."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import PlannedInput, Transcript
from pipeline.errors import InputError
from pipeline.listing import TRANSCRIPT_ENDINGS, ending
from pipeline.redaction import redact_transcript
from pipeline.sources import open_source, plan
from pipeline.store import Store
from pipeline.transcripts import read_transcript

WHOLE_SENTENCE = 3
"""Examples of so few words are only borrowed if they are a whole sentence of a call: anybody may
say "are you there"."""


@dataclass(frozen=True, slots=True)
class TrialCalls:
    """Calls by id, and what could not be used."""

    transcripts: Mapping[str, Transcript]
    problems: tuple[str, ...]
    """In words, for people."""
    left_out: int = 0
    """Calls beyond the limit."""


def calls_from_files(sources: Sequence[str], *, redact: bool) -> TrialCalls:
    """Return the written calls in files, globs and folders.

    Args:
        sources: JSONL, JSON, WebVTT, SRT and text files; folders are searched for them.
        redact: Mask secrets, as scoring would.

    Raises:
        InputError: Nothing was found, or nothing that can be read as a call.
    """
    planned = plan([path for source in sources for path in _written(source)]).inputs
    found: dict[str, Transcript] = {}
    problems: list[str] = []
    recordings = [item for item in planned if item.kind == "recording" and item.problem is None]
    for item in planned:
        if item.problem is not None:
            problems.append(f"{item.source}: {item.problem}")
        elif item.kind == "transcript":
            try:
                with open_source(item) as stream:
                    _, transcript = read_transcript(item, stream)
            except (InputError, OSError) as error:
                problems.append(f"{_place(item)}: {error}")
            else:
                kept = redact_transcript(transcript).transcript if redact else transcript
                found[item.call_id] = kept
    if recordings:
        problems.append(
            f"{len(recordings)} recordings were left alone: only written calls can be tried. "
            "Score the recordings (callqa score …) and try the rubric with --store."
        )
    if not found:
        raise InputError("no call to try the rubric on: " + "; ".join(problems))
    return TrialCalls(found, tuple(problems))


def calls_from_store(store: Store, most: int, wanted: Sequence[str] = ()) -> TrialCalls:
    """Return stored calls that have been scored, drawn at random if there are too many.

    Args:
        store: Holds them as they were heard or written.
        most: At most so many; 0: all.
        wanted: Ids of calls that are taken in any case, if they are there.

    Raises:
        InputError: No call in it has been scored.
        StoreError: There is no store.
    """
    ids = [str(row["call_id"]) for row in store.export("calls") if row["status"] == "scored"]
    if not ids:
        raise InputError(f"no call in {store.url} has been scored yet (callqa score …)")
    taken = _drawn(ids, most, wanted)
    cards = ((call_id, store.read_scorecard(call_id)) for call_id in taken)
    transcripts = {call_id: card.transcript for call_id, card in cards if card is not None}
    return TrialCalls(transcripts, (), len(ids) - len(taken))


def at_most(calls: TrialCalls, most: int, wanted: Sequence[str] = ()) -> TrialCalls:
    """Return some of the calls, drawn at random, the same every time; all if ``most`` is 0."""
    taken = _drawn(list(calls.transcripts), most, wanted)
    kept = {call_id: calls.transcripts[call_id] for call_id in taken}
    return TrialCalls(kept, calls.problems, len(calls.transcripts) - len(kept))


def said_in(examples: Sequence[str], transcript: Transcript) -> bool:
    """Return whether one of the examples is in a call word for word.

    Case and punctuation do not count. An example taken from a call recognises that call too easily.
    """
    turns = [f" {' '.join(_words(turn.text))} " for turn in transcript.turns]
    sentences = {
        tuple(_words(sentence))
        for turn in transcript.turns
        for sentence in re.split(r"[.!?]+", turn.text)
    }
    for words in map(_words, examples):
        if len(words) <= WHOLE_SENTENCE:
            if tuple(words) in sentences:
                return True
        elif any(f" {' '.join(words)} " in turn for turn in turns):
            return True
    return False


def _drawn(ids: Sequence[str], most: int, wanted: Sequence[str]) -> list[str]:
    """Return the ids to take, in their order."""
    if not most or len(ids) <= most:
        return list(ids)
    kept = set(wanted) & set(ids)
    others = sorted(set(ids) - kept)
    kept |= set(random.Random(0).sample(others, max(0, most - len(kept))))
    return [call_id for call_id in ids if call_id in kept]


def _written(source: str) -> Iterator[str]:
    """Yield the source, or the transcripts below it if it is a folder."""
    folder = Path(source)
    if not folder.is_dir():
        yield source
        return
    found = sorted(str(p) for p in folder.rglob("*") if ending(str(p)) in TRANSCRIPT_ENDINGS)
    if not found:
        endings = ", ".join(sorted(TRANSCRIPT_ENDINGS))
        raise InputError(f"no written calls in {source} (looked for {endings})")
    yield from found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("\u2019", "'"))


def _place(item: PlannedInput) -> str:
    return item.source if item.position is None else f"{item.source}, call {item.call_id}"
