"""Copy to the desk what queue and call page need of the store: new calls, and those scored anew.

The store is asked for how far it reaches, which is cheap; only if that changed for what is new,
and a few hundred calls at a time. Killed on the way, it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from pydantic import JsonValue
from sqlalchemy import Connection, bindparam

from pipeline.desk import documents, hooks
from pipeline.desk.call_values import call_values, standing, verdict_values
from pipeline.desk.database import Desk
from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Verdict
from pipeline.settings import Settings
from pipeline.store import Scorecard, Store
from pipeline.store.records import Extent, LatestKey

PIECE = 200
"""Calls per question to the store and per transaction."""
OVERLAP = timedelta(hours=1)
"""Evaluations of several processes arrive out of order, by less than this."""
REACHED = "copied_extent"
Progress = Callable[[int, int], bool]
"""Told how many calls of how many were copied; answers whether to go on."""


def _go_on(_done: int, _of: int) -> bool:
    return True


def copy_new(desk: Desk, store: Store, settings: Settings, progress: Progress = _go_on) -> int:
    """Bring the desk up to the store and return how many calls were copied.

    Args:
        desk: Written to.
        store: Read from, for moments at a time.
        settings: ``uncertain_under``, ``blind_share`` and ``random_seed`` count.
        progress: Called before each piece and at the end.

    Raises:
        StoreError: Store or desk cannot be used.
    """
    if not store.exists():
        return 0
    reaches = store.extent()
    with desk.reading() as connection:
        before = _reached(connection)
        if reaches == before:
            return 0
        pending = _pending(connection, store, before, reaches)
    for start in range(0, len(pending), PIECE):
        if not progress(start, len(pending)):
            return start
        piece = pending[start : start + PIECE]
        revisions = {item.evaluation_key: item.revision for item in piece}
        cards = store.read_scorecards(list(revisions))
        with desk.writing() as connection:
            keep_calls(connection, cards, revisions, settings, news=before is not None)
    with desk.writing() as connection:
        mark = {"name": REACHED, "value": reaches.model_dump_json()}
        connection.execute(query("set_mark"), mark)
    progress(len(pending), len(pending))
    return len(pending)


def keep_calls(
    connection: Connection,
    cards: Sequence[Scorecard],
    revisions: Mapping[str, int],
    settings: Settings,
    *,
    news: bool,
) -> None:
    """Write calls with their verdicts and words, and the documents of those that wait.

    Args:
        connection: Writing.
        cards: Of the calls' latest evaluations.
        revisions: Of the calls' metadata, by evaluation key.
        settings: See ``copy_new``.
        news: Whether to tell of critical fails; not when a whole store is copied.
    """
    if not cards:
        return
    numbers = _numbers(connection, cards)
    connection.execute(
        query("keep_call"),
        [
            {
                **call_values(card, revisions[card.evaluation.key], settings),
                "number": numbers[card.call.call_id],
            }
            for card in cards
        ],
    )
    connection.execute(query("drop_verdicts"), [{"call_id": card.call.call_id} for card in cards])
    connection.execute(
        query("add_verdict"), [row for card in cards for row in verdict_values(card.evaluation)]
    )
    waiting = [card for card in cards if standing(card.evaluation, settings.uncertain_under).waits]
    documents.keep(connection, [(card, revisions[card.evaluation.key]) for card in waiting])
    for card in cards:
        if news and standing(card.evaluation, settings.uncertain_under).critical:
            hooks.emit(connection, "critical_fail", _told(card))


def _reached(connection: Connection) -> Extent | None:
    value = connection.execute(query("mark"), {"name": REACHED}).scalar()
    return None if value is None else Extent.model_validate_json(value)


def _pending(
    connection: Connection, store: Store, before: Extent | None, reaches: Extent
) -> list[LatestKey]:
    """Return the calls whose copy is missing or of an earlier evaluation or metadata.

    Usually recent evaluations explain all that changed; if not, all calls are compared.
    """
    known = {
        call_id: (evaluation_key, revision)
        for call_id, evaluation_key, revision in connection.execute(query("copied_keys"))
    }
    if before is not None and before.latest is not None:
        recent = _unknown(store.latest_keys(before.latest - OVERLAP), known)
        new = sum(item.call_id not in known for item in recent)
        if reaches.revisions - before.revisions == new:
            return recent
    return _unknown(store.latest_keys(), known)


def _unknown(keys: Sequence[LatestKey], known: Mapping[str, tuple[str, int]]) -> list[LatestKey]:
    return [
        item for item in keys if known.get(item.call_id) != (item.evaluation_key, item.revision)
    ]


def _numbers(connection: Connection, cards: Sequence[Scorecard]) -> Mapping[str, int]:
    """Return the calls' numbers; a call with new words gets a new one, and its words are added."""
    question = query("call_numbers").bindparams(bindparam("call_ids", expanding=True))
    call_ids = [card.call.call_id for card in cards]
    known = {
        call_id: (number, transcript_key)
        for call_id, number, transcript_key in connection.execute(question, {"call_ids": call_ids})
    }
    highest = int(connection.execute(query("highest_number")).scalar() or 0)
    numbers, words = {}, []
    for card in cards:
        number, transcript_key = known.get(card.call.call_id, (0, ""))
        if transcript_key != card.evaluation.transcript_key:
            highest += 1
            number = highest
            text = "\n".join(turn.text for turn in card.transcript.turns)
            words.append({"number": number, "words": text})
        numbers[card.call.call_id] = number
    if words:
        connection.execute(query("add_words"), words)
    return numbers


def _told(card: Scorecard) -> Mapping[str, JsonValue]:
    """Return what leaves with the event of a critical fail."""
    evaluation, metadata = card.evaluation, card.call.metadata
    critical = {criterion.id for criterion in card.rubric.criteria if criterion.critical}
    failed: list[JsonValue] = [
        score.criterion
        for score in evaluation.judgement.scores
        if score.verdict is Verdict.FAIL and score.criterion in critical
    ]
    return {
        "call_id": evaluation.call_id,
        "agent": metadata.agent,
        "team": metadata.team,
        "rubric": evaluation.rubric,
        "rubric_version": evaluation.rubric_version,
        "evaluation_key": evaluation.key,
        "evaluated_at": time_text(evaluation.evaluated_at),
        "score": evaluation.score,
        "criteria": failed,
    }
