"""Read what a reviewer entered from the form of the call page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from pipeline.desk.drafts import Answer, Draft
from pipeline.domain import Evidence, Verdict
from pipeline.errors import InputError
from pipeline.reviews import CorrectionKind
from pipeline.rubric import Rubric
from review.call.cards import AGREE

EVIDENCE = TypeAdapter(tuple[Evidence, ...])


def draft_from_form(fields: Mapping[str, str], rubric: Rubric) -> Draft:
    """Return the draft that a form holds.

    Args:
        fields: By name: ``choice-ID``, ``kind-ID``, ``reason-ID`` and ``evidence-ID`` for each
            criterion, ``note`` and ``active_s``. Fields of other names are left alone.
        rubric: Of the scorecard; the form is asked for its criteria only.

    Raises:
        InputError: A field has a value that no form of ours sends.
    """
    try:
        return Draft(
            answers=tuple(
                answer
                for criterion in rubric.criteria
                if (answer := _answer(fields, criterion.id)) is not None
            ),
            note=fields.get("note", "").strip(),
            active_s=float(fields.get("active_s") or 0.0),
        )
    except (ValidationError, ValueError) as error:
        raise InputError(f"the review cannot be read: {_first_line(error)}") from error


def _answer(fields: Mapping[str, str], criterion: str) -> Answer | None:
    """Return the answer to one criterion; None if the form says nothing about it."""
    choice = fields.get(f"choice-{criterion}", "")
    reason = fields.get(f"reason-{criterion}", "").strip()
    kind = fields.get(f"kind-{criterion}", "")
    evidence = fields.get(f"evidence-{criterion}", "")
    if not (choice or reason or evidence):
        return None
    return Answer(
        criterion=criterion,
        agrees=choice == AGREE,
        verdict=None if choice in ("", AGREE) else Verdict(choice),
        evidence=EVIDENCE.validate_python(json.loads(evidence)) if evidence else None,
        kind=CorrectionKind(kind) if kind else None,
        reason=reason,
    )


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
