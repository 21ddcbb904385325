"""Read rules from the values of a YAML file, with every mistake in them.

Reading never stops at the first mistake: all are returned, each with the path of keys that leads
to it, so that ``pipeline.rubric_check`` can name its line. The language is ``pipeline.rule``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from pipeline.domain import Role, Verdict
from pipeline.mistakes import Mistake, Path, did_you_mean, found, one_of
from pipeline.moves import ROLE_OF_MOVE
from pipeline.rule import (
    PLACES,
    AllOf,
    Anchor,
    AnyOf,
    Case,
    Condition,
    Not,
    Pair,
    Rule,
    RuleReading,
    Seen,
)


def read_rule(rule: Mapping[str, JsonValue], allowed: Iterable[Verdict]) -> RuleReading:
    """Return the rule as records, and every mistake in it.

    Args:
        rule: The value of a criterion's ``rule`` key.
        allowed: The criterion's allowed verdicts; a case that gives another is a mistake.
    """
    reader = _Reader(tuple(allowed))
    cases = reader.cases(rule)
    return RuleReading(Rule(cases), tuple(reader.mistakes))


@dataclass(slots=True)
class _Reader:
    """Reads one rule and collects what is wrong with it."""

    allowed: tuple[Verdict, ...]
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self.mistakes.append(Mistake(path, message, at_key))

    def keys(self, value: JsonValue, path: Path, known: Iterable[str]) -> dict[str, JsonValue]:
        """Return the mapping without unknown keys, which are reported."""
        names = list(known)
        if not isinstance(value, dict):
            self.wrong(path, f"expected a mapping with {', '.join(names)}, found {found(value)}")
            return {}
        for key in value:
            if key not in names:
                self.wrong(
                    (*path, key),
                    f'unknown key "{key}", expected one of {", ".join(names)}'
                    f"{did_you_mean(key, names)}",
                    at_key=True,
                )
        return {key: item for key, item in value.items() if key in names}

    def cases(self, rule: Mapping[str, JsonValue]) -> tuple[Case, ...]:
        listed = self.keys(dict(rule), (), ("cases",)).get("cases")
        if not isinstance(listed, list) or not listed:
            self.wrong(("cases",), f"expected a list of cases, found {found(listed)}")
            return ()
        cases = tuple(self.case(item, ("cases", at)) for at, item in enumerate(listed))
        for at, case in enumerate(cases[:-1]):
            item = listed[at]
            if case.when is None and isinstance(item, dict) and "when" not in item:
                self.wrong(("cases", at), 'expected "when": only the last case may go without')
        last = listed[-1]
        if isinstance(last, dict) and "when" in last:
            self.wrong(
                ("cases", len(cases) - 1, "when"),
                'the last case must have no "when", so that every call gets a verdict',
                at_key=True,
            )
        return cases

    def case(self, value: JsonValue, path: Path) -> Case:
        given = self.keys(value, path, ("verdict", "when", "because", "show"))
        because = given.get("because")
        if not isinstance(because, str) or not because.strip():
            self.wrong(
                (*path, "because"), f"expected a sentence for people, found {found(because)}"
            )
        show = self.condition(given["show"], (*path, "show")) if "show" in given else None
        if show is not None and not isinstance(show, Seen):
            self.wrong((*path, "show"), 'expected "moves" or "words", found another condition')
        return Case(
            verdict=self.verdict(given.get("verdict"), (*path, "verdict")),
            when=self.condition(given["when"], (*path, "when")) if "when" in given else None,
            because=str(because),
            show=show if isinstance(show, Seen) else None,
        )

    def verdict(self, value: JsonValue, path: Path) -> Verdict:
        names = [verdict.value for verdict in self.allowed]
        if value in names:
            return Verdict(str(value))
        self.wrong(
            path,
            f"expected a verdict that the criterion allows ({', '.join(names)}), "
            f"found {found(value)}{did_you_mean(value, names)}",
        )
        return Verdict.UNSCORED

    def condition(self, value: JsonValue, path: Path) -> Condition:
        """Return one condition; what it is, is told by the key it has."""
        given = value if isinstance(value, dict) else {}
        if "all" in given or "any" in given:
            key = "all" if "all" in given else "any"
            self.keys(value, path, (key,))
            parts = self.parts(given[key], (*path, key))
            return AllOf(parts) if key == "all" else AnyOf(parts)
        if "not" in given:
            self.keys(value, path, ("not",))
            return Not(self.condition(given["not"], (*path, "not")))
        if "pair" in given:
            self.keys(value, path, ("pair",))
            return self.pair(given["pair"], (*path, "pair"))
        return self.seen(value, path)

    def parts(self, value: JsonValue, path: Path) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value:
            self.wrong(path, f"expected a list of conditions, found {found(value)}")
            return ()
        return tuple(self.condition(item, (*path, at)) for at, item in enumerate(value))

    def pair(self, value: JsonValue, path: Path) -> Pair:
        given = self.keys(value, path, ("open", "close", "holds"))
        holds = given.get("holds", "every")
        if holds not in ("every", "some"):
            self.wrong((*path, "holds"), f"expected every or some, found {found(holds)}")
        return Pair(
            opens=self.moves(given.get("open"), (*path, "open")),
            closes=self.moves(given.get("close"), (*path, "close")),
            every=holds == "every",
        )

    def seen(self, value: JsonValue, path: Path) -> Seen:
        known = (
            *("moves", "words", "roles", "place"),
            *("at_least", "kinds", "before", "after", "since"),
        )
        hints = ("all", "any", "not", "pair") if isinstance(value, dict) and not value else ()
        given = self.keys(value, path, (*known, *hints))
        if isinstance(value, dict) and not {"moves", "words"} & set(given):
            self.wrong(path, 'expected "moves", "words", "all", "any", "not" or "pair"')
        place = given.get("place")
        if place is not None and place not in PLACES:
            self.wrong((*path, "place"), one_of(place, PLACES))
        at_least = given.get("at_least", 1)
        if not isinstance(at_least, int) or isinstance(at_least, bool) or at_least < 1:
            self.wrong(
                (*path, "at_least"), f"expected a whole number from 1, found {found(at_least)}"
            )
            at_least = 1
        return Seen(
            moves=self.moves(given["moves"], (*path, "moves")) if "moves" in given else (),
            words=self.phrases(given["words"], (*path, "words")) if "words" in given else (),
            roles=self.roles(given.get("roles"), (*path, "roles")),
            place=place if place in PLACES else None,
            at_least=at_least,
            kinds=self.kinds(given.get("kinds"), (*path, "kinds")),
            before=self.anchor(given.get("before"), (*path, "before")),
            after=self.anchor(given.get("after"), (*path, "after")),
            since=self.anchor(given.get("since"), (*path, "since")),
        )

    def names(self, value: JsonValue, path: Path, what: str) -> tuple[str, ...]:
        """Return one name or a list of names as a tuple."""
        listed = value if isinstance(value, list) else [value]
        if not listed or not all(isinstance(item, str) and item.strip() for item in listed):
            self.wrong(path, f"expected {what} or a list of them, found {found(value)}")
            return ()
        return tuple(str(item) for item in listed)

    def moves(self, value: JsonValue, path: Path) -> tuple[str, ...]:
        names = self.names(value, path, "the name of a move")
        for at, name in enumerate(names):
            if name not in ROLE_OF_MOVE:
                where = (*path, at) if isinstance(value, list) else path
                self.wrong(
                    where,
                    f'unknown move "{name}"{did_you_mean(name, ROLE_OF_MOVE)}'
                    " (docs/rubrics.md lists them)",
                )
        return tuple(name for name in names if name in ROLE_OF_MOVE)

    def phrases(self, value: JsonValue, path: Path) -> tuple[str, ...]:
        return tuple(name.casefold() for name in self.names(value, path, "a phrase"))

    def roles(self, value: JsonValue, path: Path) -> tuple[Role, ...]:
        if value is None:
            return ()
        known = [role.value for role in Role]
        names = self.names(value, path, "a role")
        for name in names:
            if name not in known:
                self.wrong(path, one_of(name, known))
        return tuple(Role(name) for name in names if name in known)

    def kinds(self, value: JsonValue, path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if value is None:
            return ()
        if not isinstance(value, dict) or not value:
            self.wrong(path, f"expected names with phrases, found {found(value)}")
            return ()
        return tuple((name, self.phrases(item, (*path, name))) for name, item in value.items())

    def anchor(self, value: JsonValue, path: Path) -> Anchor | None:
        if value is None:
            return None
        given = self.keys(value, path, ("first", "last"))
        if len(given) != 1:
            self.wrong(path, 'expected "first" or "last" with the name of a move')
            return None
        end: Literal["first", "last"] = "first" if "first" in given else "last"
        return Anchor(end, self.moves(given[end], (*path, end)))
