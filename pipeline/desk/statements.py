"""What people have said about a call, as rows: reviews, their verdicts, and corrections.

Rows are added, never changed. What holds now is worked out from them here and nowhere else.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam

from pipeline.desk.queries import query
from pipeline.desk.times import now_text, time_text
from pipeline.domain import Evidence, Record, Verdict
from pipeline.reviews import Correction, Review, ReviewKind, ReviewVerdict


class HumanVerdict(Record):
    """What people say about one criterion now."""

    criterion: str
    verdict: Verdict
    by: str
    """Who said so last."""
    at: datetime
    kind: ReviewKind
    review_key: str


def add(connection: Connection, review: Review, corrections: Sequence[Correction]) -> None:
    """Add a review with what it says; the keys must be new."""
    row = review.model_dump(exclude={"verdicts"}, mode="json")
    assert review.started_at is not None, "a review made here has a beginning"
    times = {
        "started_at": time_text(review.started_at),
        "finished_at": time_text(review.finished_at),
    }
    connection.execute(query("add_review"), {**row, **times})
    if review.verdicts:
        connection.execute(
            query("add_review_verdict"),
            [_verdict_row(review.key, said) for said in review.verdicts],
        )
    for correction in corrections:
        add_correction(connection, correction)


def add_correction(connection: Connection, correction: Correction) -> None:
    """Add one correction; its key must be new."""
    row = correction.model_dump(mode="json")
    connection.execute(
        query("add_correction"),
        {
            **row,
            "evidence": _evidence_text(correction.evidence),
            "made_at": time_text(correction.made_at),
        },
    )


def reviews_of(connection: Connection, call_id: str) -> tuple[Review, ...]:
    """Return all reviews of a call, of earlier evaluations too, oldest first."""
    said: dict[str, list[ReviewVerdict]] = defaultdict(list)
    for row in connection.execute(query("review_verdicts"), {"call_id": call_id}).mappings():
        said[row["review_key"]].append(_verdict(row))
    found = connection.execute(query("reviews"), {"call_id": call_id}).mappings()
    return tuple(_review(row, said[row["key"]]) for row in found)


def unposted(
    connection: Connection, most: int
) -> tuple[tuple[Review, ...], tuple[Correction, ...]]:
    """Return what the store does not have yet, oldest first.

    Args:
        connection: Open on the desk.
        most: Of each.
    """
    rows = connection.execute(query("reviews_to_post"), {"most": most}).mappings().all()
    question = query("review_verdicts_of").bindparams(bindparam("keys", expanding=True))
    said: dict[str, list[ReviewVerdict]] = defaultdict(list)
    keys = [row["key"] for row in rows]
    for row in connection.execute(question, {"keys": keys}).mappings() if keys else ():
        said[row["review_key"]].append(_verdict(row))
    changed = connection.execute(query("corrections_to_post"), {"most": most}).mappings()
    return (
        tuple(_review(row, said[row["key"]]) for row in rows),
        tuple(_correction(row) for row in changed),
    )


def mark_posted(
    connection: Connection, reviews: Sequence[Review], corrections: Sequence[Correction]
) -> None:
    """Write down that the store has these now."""
    for name, items in (("reviews_posted", reviews), ("corrections_posted", corrections)):
        if items:
            question = query(name).bindparams(bindparam("keys", expanding=True))
            keys = [item.key for item in items]
            connection.execute(question, {"keys": keys, "now": now_text()})


def corrections_of(connection: Connection, call_id: str) -> tuple[Correction, ...]:
    """Return all corrections of a call's verdicts, oldest first, those taken back too."""
    found = connection.execute(query("corrections"), {"call_id": call_id}).mappings()
    return tuple(_correction(row) for row in found)


def taken_back(corrections: Sequence[Correction]) -> frozenset[str]:
    """Return the keys of the corrections that no longer stand."""
    return frozenset(item.revokes for item in corrections if item.revokes is not None)


def standing_verdicts(
    review: Review, corrections: Sequence[Correction]
) -> Mapping[str, ReviewVerdict]:
    """Return what a review still says, by criterion.

    A verdict whose correction was taken back is nobody's any more.

    Args:
        review: One of the call's.
        corrections: All of the call's.
    """
    gone = taken_back(corrections)
    void = {
        item.criterion
        for item in corrections
        if item.review_key == review.key and item.key in gone and item.verdict is not None
    }
    return {said.criterion: said for said in review.verdicts if said.criterion not in void}


def human_verdicts(
    reviews: Sequence[Review], corrections: Sequence[Correction], evaluation_key: str
) -> Mapping[str, HumanVerdict]:
    """Return what people say about an evaluation now, by criterion.

    The last word counts: of a settlement or an open review the later one. Blind reviews count
    only where two of them say the same and nobody has spoken openly: they are no last word.

    Args:
        reviews: Of the call, oldest first.
        corrections: Of the call.
        evaluation_key: Reviews of other evaluations are left out.
    """
    current = [review for review in reviews if review.evaluation_key == evaluation_key]
    spoken: dict[str, HumanVerdict] = {}
    blind: dict[str, dict[str, HumanVerdict]] = defaultdict(dict)
    for review in current:
        for criterion, said in standing_verdicts(review, corrections).items():
            word = HumanVerdict(
                criterion=criterion,
                verdict=said.verdict,
                by=review.reviewer,
                at=review.finished_at,
                kind=review.kind,
                review_key=review.key,
            )
            if review.kind is ReviewKind.BLIND:
                blind[criterion][review.reviewer] = word
            else:
                spoken[criterion] = word
    for criterion, words in blind.items():
        if len(words) > 1 and len({word.verdict for word in words.values()}) == 1:
            spoken.setdefault(criterion, list(words.values())[-1])
    return spoken


def _verdict_row(review_key: str, said: ReviewVerdict) -> dict[str, Any]:
    return {
        **said.model_dump(mode="json"),
        "review_key": review_key,
        "agrees": None if said.agrees is None else int(said.agrees),
        "evidence": _evidence_text(said.evidence),
    }


def _evidence_text(evidence: tuple[Evidence, ...] | None) -> str | None:
    if evidence is None:
        return None
    return json.dumps([item.model_dump(mode="json") for item in evidence], ensure_ascii=False)


def _read_evidence(text: str | None) -> tuple[Evidence, ...] | None:
    if text is None:
        return None
    return tuple(Evidence.model_validate(item) for item in json.loads(text))


def _verdict(row: Mapping[Any, Any]) -> ReviewVerdict:
    values = {name: row[name] for name in ReviewVerdict.model_fields}
    return ReviewVerdict.model_validate({**values, "evidence": _read_evidence(row["evidence"])})


def _review(row: Mapping[Any, Any], verdicts: Sequence[ReviewVerdict]) -> Review:
    values = {name: row[name] for name in Review.model_fields if name != "verdicts"}
    return Review.model_validate({**values, "verdicts": tuple(verdicts)})


def _correction(row: Mapping[Any, Any]) -> Correction:
    values = {name: row[name] for name in Correction.model_fields}
    return Correction.model_validate({**values, "evidence": _read_evidence(row["evidence"])})
