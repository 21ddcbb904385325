"""How often verdicts flip, and in which direction: figures over counterfactuals.

A flip is any other verdict; one that was given and is now withheld, or the other way round, counts
too. Intervals are drawn by call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.bootstrap import Interval, interval
from benchmarks.counterfactuals.outcomes import Outcome
from benchmarks.counterfactuals.variants import NEUTRAL, REFERENCE_ORIGIN
from pipeline.domain import Record, Verdict
from pipeline.sentiment import VALUES

OTHERS = "all others"
"""Every origin but the one that the others are contrasted with."""


class Flips(Record):
    """What one kind of change, or one group within it, does."""

    kind: str
    group: str
    calls: int
    """Calls that it changes; all figures are over these."""
    counterfactuals: int
    changed_turns: int
    flip_rate: Interval
    """Of all verdicts."""
    withheld_share: float
    """Of the flips, those in which a verdict was withheld before or after, and not both."""
    fail_change: Interval
    """Share of fails after less before: above zero, the change makes agents fail."""
    pass_change: Interval
    sentiment_flip_rate: Interval | None
    """Of the customer's turns."""
    sentiment_change: Interval | None
    """Mean sentiment after less before, negative being -1 and positive 1."""
    by_criterion: Mapping[str, float]
    """Flip rate."""


class Contrast(Record):
    """Two groups directly: the same calls, judged with the one change and with the other."""

    kind: str
    first: str
    second: str
    calls: int
    fail_difference: Interval
    """Share of fails, first less second."""
    pass_difference: Interval
    pass_difference_by_criterion: Mapping[str, Interval]
    sentiment_difference: Interval | None


Ratio = tuple[float, float]
"""Numerator and denominator of one call."""
Measure = Callable[[Outcome], Ratio]


def flips(kind: str, group: str, outcomes: Sequence[Outcome]) -> Flips:
    """Return the figures of some counterfactuals, at least one."""
    criteria = list(outcomes[0].verdicts)
    pairs = [pair for outcome in outcomes for pair in outcome.verdicts.values()]
    flipped = [pair for pair in pairs if pair[0] is not pair[1]]
    rate = _over_calls(outcomes, _flipped)
    fails = _over_calls(outcomes, lambda o: _signed(o, Verdict.FAIL))
    passes = _over_calls(outcomes, lambda o: _signed(o, Verdict.PASS))
    if rate is None or fails is None or passes is None:
        raise ValueError(f"no verdicts to compare for {kind}, {group}")
    return Flips(
        kind=kind,
        group=group,
        calls=len({outcome.call_id for outcome in outcomes}),
        counterfactuals=len(outcomes),
        changed_turns=sum(outcome.changed_turns for outcome in outcomes),
        flip_rate=rate,
        withheld_share=_share(Verdict.UNSCORED in pair for pair in flipped),
        fail_change=fails,
        pass_change=passes,
        sentiment_flip_rate=_over_calls(outcomes, _sentiment_flipped),
        sentiment_change=_over_calls(outcomes, _sentiment_signed),
        by_criterion={
            name: _share(o.verdicts[name][0] is not o.verdicts[name][1] for o in outcomes)
            for name in criteria
        },
    )


def by_group(outcomes: Sequence[Outcome]) -> tuple[Flips, ...]:
    """Return one row per kind and group, and per sex where names are put."""
    found: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.variant.kind, outcome.variant.group].append(outcome)
    for outcome in outcomes:
        if outcome.variant.sex and outcome.variant.kind != NEUTRAL:
            found[outcome.variant.kind, outcome.variant.sex].append(outcome)
    return tuple(flips(kind, group, own) for (kind, group), own in found.items())


def by_kind(outcomes: Sequence[Outcome]) -> tuple[Flips, ...]:
    """Return one row per kind, all its groups together."""
    kinds = dict.fromkeys(outcome.variant.kind for outcome in outcomes)
    return tuple(flips(k, "all", [o for o in outcomes if o.variant.kind == k]) for k in kinds)


def contrasts(outcomes: Sequence[Outcome]) -> tuple[Contrast, ...]:
    """Return women's names against men's, and other origins', one and all, against English ones."""
    kinds = dict.fromkeys(o.variant.kind for o in outcomes if o.variant.sex)
    made = []
    for kind in kinds:
        if kind == NEUTRAL:
            continue
        own = [o for o in outcomes if o.variant.kind == kind]
        sexes = {(o.call_id, o.variant.group, o.variant.sex): o for o in own}
        women = [key for key in sexes if key[2] == "female" and (*key[:2], "male") in sexes]
        pairs = [(sexes[key], sexes[*key[:2], "male"]) for key in women]
        made.append(_contrast(kind, "female", "male", pairs))
        others: list[tuple[Outcome, Outcome]] = []
        for origin in dict.fromkeys(o.variant.group for o in own):
            if origin != REFERENCE_ORIGIN:
                shared = [
                    (sexes[key], sexes[key[0], REFERENCE_ORIGIN, key[2]])
                    for key in sexes
                    if key[1] == origin and (key[0], REFERENCE_ORIGIN, key[2]) in sexes
                ]
                made.append(_contrast(kind, origin, REFERENCE_ORIGIN, shared))
                others += shared
        made.append(_contrast(kind, OTHERS, REFERENCE_ORIGIN, others))
    return tuple(made)


def _contrast(
    kind: str, first: str, second: str, pairs: Sequence[tuple[Outcome, Outcome]]
) -> Contrast:
    fails = _difference(pairs, lambda o: _after(o, Verdict.FAIL))
    passes = _difference(pairs, lambda o: _after(o, Verdict.PASS))
    if fails is None or passes is None:
        raise ValueError(f"nothing to contrast for {kind}: {first}, {second}")
    by_criterion = {
        name: _difference(pairs, lambda o, name=name: (o.verdicts[name][1] is Verdict.PASS, 1))  # type: ignore[misc]
        for name in pairs[0][0].verdicts
    }
    return Contrast(
        kind=kind,
        first=first,
        second=second,
        calls=len({one.call_id for one, _ in pairs}),
        fail_difference=fails,
        pass_difference=passes,
        pass_difference_by_criterion={n: found for n, found in by_criterion.items() if found},
        sentiment_difference=_difference(pairs, _sentiment_after),
    )


def _over_calls(outcomes: Sequence[Outcome], measure: Measure) -> Interval | None:
    """Return a share over all counterfactuals, with an interval over calls."""
    return _ratio((outcome.call_id, measure(outcome)) for outcome in outcomes)


def _difference(pairs: Sequence[tuple[Outcome, Outcome]], measure: Measure) -> Interval | None:
    """Return the first's share less the second's over the same calls, turns and criteria."""
    both = ((one.call_id, measure(one), measure(other)) for one, other in pairs)
    return _ratio((call_id, (a[0] - b[0], a[1])) for call_id, a, b in both)


def _ratio(parts: Iterable[tuple[str, Ratio]]) -> Interval | None:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for call_id, (above, below) in parts:
        sums[call_id][0] += above
        sums[call_id][1] += below

    def share(items: Sequence[list[float]]) -> float | None:
        below = sum(item[1] for item in items)
        return sum(item[0] for item in items) / below if below else None

    return interval(list(sums.values()), share)


def _flipped(outcome: Outcome) -> Ratio:
    pairs = outcome.verdicts.values()
    return sum(before is not after for before, after in pairs), len(pairs)


def _signed(outcome: Outcome, verdict: Verdict) -> Ratio:
    pairs = outcome.verdicts.values()
    return sum((b is verdict) - (a is verdict) for a, b in pairs), len(pairs)


def _after(outcome: Outcome, verdict: Verdict) -> Ratio:
    return sum(b is verdict for _, b in outcome.verdicts.values()), len(outcome.verdicts)


def _sentiment_flipped(outcome: Outcome) -> Ratio:
    return sum(a is not b for a, b in outcome.sentiments), len(outcome.sentiments)


def _sentiment_signed(outcome: Outcome) -> Ratio:
    return sum(VALUES[b] - VALUES[a] for a, b in outcome.sentiments), len(outcome.sentiments)


def _sentiment_after(outcome: Outcome) -> Ratio:
    return sum(VALUES[b] for _, b in outcome.sentiments), len(outcome.sentiments)


def _share(hits: Iterable[bool]) -> float:
    counted = list(hits)
    return round(sum(counted) / len(counted), 4) if counted else 0.0
