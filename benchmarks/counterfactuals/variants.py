"""All counterfactuals of a call: what is changed, for which group, in whose turns."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.counterfactuals.disfluency import fluent, halting
from benchmarks.counterfactuals.neutral import renumbered, repunctuated
from benchmarks.counterfactuals.people import (
    SEXES,
    Person,
    Sex,
    Speakers,
    drawn,
    origins,
    renamed,
    speakers,
)
from benchmarks.counterfactuals.places import moved, places
from benchmarks.counterfactuals.wording import reworded, wordings
from models.training.labelled import LabelledCall
from pipeline.domain import Role, Turn

SEED = 20261125
NEUTRAL = "neutral"
REFERENCE_ORIGIN = "english"
SEX_NAMES: Mapping[Sex, str] = {"f": "female", "m": "male"}
POLITENESS = ("formal", "informal")
OF_CUSTOMERS_ONLY = ("african_american", "nigerian", "caribbean")
"""What is written of these dialects holds for everyday speech; how agents with them speak at work
is another matter, and is not guessed at."""
NOBODY = Speakers()


@dataclass(frozen=True, slots=True)
class Variant:
    """One counterfactual."""

    kind: str
    """What is changed, and on whose side, such as "customer's name"."""
    group: str
    make: Callable[[LabelledCall], Sequence[Turn]]
    """Returns the turns of a call's counterfactual; the same turns where it does not apply."""
    sex: str | None = None
    """Of the names that are put, where names are put."""
    against: str | None = None
    """Key of the variant that it is compared with; None: the call as it is."""

    @property
    def key(self) -> str:
        """Its name among all variants."""
        return "/".join(part for part in (self.kind, self.group, self.sex) if part)


def variants() -> tuple[Variant, ...]:
    """Return all counterfactuals, and the neutral edits that they are measured beside."""
    return (*_names(), *_places(), *_wordings(), *_disfluencies(), *_neutral())


def _names() -> list[Variant]:
    return [
        Variant(f"{role}'s name", origin, _renaming(role, origin, sex), SEX_NAMES[sex])
        for role in (Role.CUSTOMER, Role.AGENT)
        for origin in origins()
        for sex in SEXES
    ]


def _renaming(
    role: Role, origin: str, sex: Sex, skip: int = 0
) -> Callable[[LabelledCall], Sequence[Turn]]:
    def make(call: LabelledCall) -> Sequence[Turn]:
        people = named(call, role)
        text = " ".join(turn.text for turn in call.turns)
        rng = _rng(call, f"{role} {origin} {sex}")
        names = drawn(origins()[origin], sex, len(people), text, rng, skip)
        turns: Sequence[Turn] = call.turns
        for person, name in zip(people, names, strict=True):
            if not person.fixed or person.sex == sex:
                turns = renamed(turns, person, name)
        return turns

    return make


def named(call: LabelledCall, role: Role) -> tuple[Person, ...]:
    """Return the people of a role whom a call names."""
    found = speakers().get(call.call_id, NOBODY)
    if role is Role.AGENT:
        return found.agents
    return (found.customer,) if found.customer else ()


def _places() -> list[Variant]:
    def moving(region: Sequence[str]) -> Callable[[LabelledCall], Sequence[Turn]]:
        def make(call: LabelledCall) -> Sequence[Turn]:
            found = places().found.get(call.call_id, ())
            return moved(call.turns, found, region, _rng(call, region[0])) if found else call.turns

        return make

    return [Variant("place", name, moving(region)) for name, region in places().regions.items()]


def _wordings() -> list[Variant]:
    made = []
    for role in (Role.CUSTOMER, Role.AGENT):
        for name in wordings():
            if role is Role.AGENT and name in OF_CUSTOMERS_ONLY:
                continue
            kind = "politeness" if name in POLITENESS else "regional English"
            made.append(Variant(f"{role}'s {kind}", name, _rewording(role, name)))
    return made


def _rewording(role: Role, name: str) -> Callable[[LabelledCall], Sequence[Turn]]:
    other = Role.AGENT if role is Role.CUSTOMER else Role.CUSTOMER

    def make(call: LabelledCall) -> Sequence[Turn]:
        spoken_to = named(call, other)
        sex = spoken_to[0].sex if spoken_to else None
        address = None if sex is None else {"f": "ma'am", "m": "sir"}[sex]
        return reworded(call.turns, role, wordings()[name], _rng(call, f"{role} {name}"), address)

    return make


def _disfluencies() -> list[Variant]:
    made = []
    for role in (Role.CUSTOMER, Role.AGENT):

        def more(call: LabelledCall, role: Role = role) -> Sequence[Turn]:
            return halting(call.turns, role, _rng(call, f"{role} halting"))

        def fewer(call: LabelledCall, role: Role = role) -> Sequence[Turn]:
            return fluent(call.turns, role)

        kind = f"{role}'s disfluency"
        made += [Variant(kind, "more", more), Variant(kind, "fewer", fewer)]
    return made


def _neutral() -> list[Variant]:
    """Punctuation, reference numbers, and a second English name in the place of the first."""

    def repunctuating(role: Role) -> Callable[[LabelledCall], Sequence[Turn]]:
        return lambda call: repunctuated(call.turns, role)

    made = [
        Variant(NEUTRAL, f"{role}'s punctuation", repunctuating(role))
        for role in (Role.CUSTOMER, Role.AGENT)
    ]
    made.append(
        Variant(NEUTRAL, "reference numbers", lambda c: renumbered(c.turns, _rng(c, "numbers")))
    )
    for role in (Role.CUSTOMER, Role.AGENT):
        for sex in SEXES:
            first = f"{role}'s name/{REFERENCE_ORIGIN}/{SEX_NAMES[sex]}"
            second = _renaming(role, REFERENCE_ORIGIN, sex, skip=2)
            group = f"{role}'s second English name"
            made.append(Variant(NEUTRAL, group, second, SEX_NAMES[sex], against=first))
    return made


def _rng(call: LabelledCall, what: str) -> random.Random:
    return random.Random(f"{SEED} {call.call_id} {what}")
