"""Any rubric that can be written as YAML is read back as it was."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from pipeline.domain import Verdict
from pipeline.moves import ROLE_OF_MOVE
from pipeline.rubric import Rubric, parse_rubric
from pipeline.rubric_check import check_text

TEXT = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u2028\u2029\ufeff"
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: bool(text.strip()))
IDS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
MOVES = st.sampled_from(sorted(ROLE_OF_MOVE))
ALLOWED = st.lists(
    st.sampled_from(["pass", "partial", "fail", "not_applicable"]), min_size=2, unique=True
)


def conditions() -> st.SearchStrategy[JsonValue]:
    seen: st.SearchStrategy[JsonValue] = st.fixed_dictionaries(
        {"moves": st.lists(MOVES, min_size=1, max_size=3)},
        optional={
            "at_least": st.integers(1, 5),
            "place": st.sampled_from(["opening", "closing", "whole_call"]),
            "words": st.lists(TEXT, min_size=1, max_size=2),
            "before": st.fixed_dictionaries({"first": MOVES}),
        },
    )
    return st.recursive(
        seen,
        lambda inner: st.one_of(
            st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"not": inner}),
        ),
        max_leaves=4,
    )


@st.composite
def criteria(draw: st.DrawFn, name: str) -> dict[str, JsonValue]:
    allowed = draw(ALLOWED)
    case: JsonValue = {"verdict": allowed[0], "when": draw(conditions()), "because": draw(TEXT)}
    example: JsonValue = {"verdict": allowed[-1], "text": draw(TEXT)}
    last: JsonValue = {"verdict": allowed[1], "because": draw(TEXT)}
    return {
        "id": name,
        "question": draw(TEXT),
        "section": draw(TEXT),
        "allowed": list(allowed),
        "weight": draw(st.floats(0.125, 100)),
        "critical": "fail" in allowed and draw(st.booleans()),
        "examples": [example],
        "rule": {"cases": [case, last]},
    }


@st.composite
def documents(draw: st.DrawFn) -> dict[str, JsonValue]:
    names = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    return {
        "id": draw(IDS),
        "version": draw(st.integers(1, 99)),
        "title": draw(TEXT),
        "criteria": [draw(criteria(name)) for name in names],
    }


@given(documents())
def test_a_rubric_written_as_yaml_is_read_back(document: dict[str, JsonValue]) -> None:
    rubric = parse_rubric(yaml.safe_dump(document, allow_unicode=True), "f.yaml")
    assert rubric == Rubric.model_validate({**document, "sha256": rubric.sha256})
    assert all(Verdict.UNSCORED not in item.allowed for item in rubric.criteria)
    assert parse_rubric(yaml.safe_dump(document, sort_keys=False), "g.yaml") == rubric


@given(st.text(max_size=200))
def test_no_text_makes_the_check_fail_other_than_with_diagnostics(text: str) -> None:
    assert check_text(text, "f.yaml").diagnostics


@given(documents(), st.data())
def test_one_value_gone_wrong_never_breaks_the_check(
    document: dict[str, JsonValue], data: st.DataObject
) -> None:
    junk = data.draw(st.sampled_from([None, 3, -1.5, True, "x", [], ["x"], {}, {"x": 1}]))
    key = data.draw(st.sampled_from(sorted(document)))
    check_text(yaml.safe_dump({**document, key: junk}), "f.yaml")
    listed = document["criteria"]
    assert isinstance(listed, list)
    first = listed[0]
    assert isinstance(first, dict)
    inner = data.draw(st.sampled_from(sorted(first)))
    changed = {**document, "criteria": [{**first, inner: junk}, *listed[1:]]}
    check_text(yaml.safe_dump(changed), "f.yaml")
