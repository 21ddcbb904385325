"""What has to be said beside a trial: what examples leave open, and labels that cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from flows.trial import SHOWN
from pipeline.domain import Verdict
from pipeline.errors import InputError
from pipeline.labels import Label
from pipeline.mistakes import did_you_mean
from pipeline.rubric import Criterion, Rubric
from pipeline.trial_calls import TrialCalls

FEW = 5
"""Fewer examples of a verdict than this judge clearly worse (benchmarks/results/own.json)."""


def about_examples(criterion: Criterion) -> list[str]:
    """Return what the criterion's examples leave open, and what to do about it."""
    if criterion.rule is not None:
        return []
    given = Counter(item.verdict for item in criterion.examples)
    said: list[str] = []
    if len(given) == 1 and criterion.otherwise is None:
        (only,) = given
        said.append(
            f"All examples are of {_word(only)}, so no call can get another verdict. Add examples "
            "of the others, or say with `otherwise:` what a call gets that resembles none."
        )
    elif criterion.otherwise is None:
        said.append(
            "Calls that resemble no example stay unscored. If that is what a fail is, "
            "add `otherwise: fail`."
        )
    few = [v for v, count in given.items() if count < FEW and v is not criterion.otherwise]
    if few:
        names = " and ".join(_word(verdict) for verdict in few)
        said.append(f"Fewer than {FEW} examples of {names}: more, said differently, help most.")
    return said


def about_borrowed(borrowed: Collection[str]) -> list[str]:
    """Return that examples were taken from the calls themselves, if they were."""
    if not borrowed:
        return []
    named = ", ".join(sorted(borrowed)[:SHOWN]) + (", …" if len(borrowed) > SHOWN else "")
    return [
        f"Examples of this criterion are word for word in {len(borrowed)} of the calls ({named}). "
        "Such calls are recognised too easily: they are left out of the estimate."
    ]


def _word(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def sorted_labels(
    given: Sequence[Label], criteria: Sequence[Criterion], rubric: Rubric, calls: TrialCalls
) -> tuple[Mapping[str, list[Label]], list[str]]:
    """Return the labels by criterion, and what is to be said about those that cannot be used.

    Args:
        given: All labels of a file.
        criteria: Those that are tried.
        rubric: All that there are.
        calls: Those that are tried.

    Raises:
        InputError: There are labels, and none of them can be used.
    """
    tried = {criterion.id for criterion in criteria}
    known = [criterion.id for criterion in rubric.criteria]
    said = [
        f"Labels for {name} are ignored: the rubric has no such criterion"
        f"{did_you_mean(name, known)}"
        for name in dict.fromkeys(label.criterion for label in given)
        if name not in known
    ]
    strange = sorted({x.call_id for x in given if x.call_id not in calls.transcripts})
    if strange:
        named = ", ".join(strange[:SHOWN]) + (", …" if len(strange) > SHOWN else "")
        said.append(
            f"{len(strange)} labelled calls are not among those tried ({named}): compare the "
            "call ids, or name the files that hold them with --calls."
        )
    usable: dict[str, list[Label]] = {}
    for label in given:
        if label.criterion in tried and label.call_id in calls.transcripts:
            usable.setdefault(label.criterion, []).append(label)
    if given and not usable:
        raise InputError(
            "none of the labels is for a criterion and a call that are tried. " + " ".join(said)
        )
    return usable, said
