from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from models.head_facts import HeadsFacts, heads_facts
from models.in_force import InForce, Withheld, in_force, mean_withheld, withheld_at
from models.probability import ProbabilityFit, RiskPoint
from models.trained import bundled_heads, load_trained
from models.withholding import UNTRAINED, Withholding
from pipeline.errors import PrerequisiteError
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric, parse_rubric

CURVE = (RiskPoint(0.0, 1.0, 0.3), RiskPoint(0.5, 0.8, 0.2), RiskPoint(0.7, 0.5, 0.05))
FIT = ProbabilityFit(1.0, 0.0, CURVE)


@pytest.fixture(scope="module")
def facts() -> HeadsFacts:
    return heads_facts()


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(bundled_rubric_path())


def by_name(facts: HeadsFacts, rubric: Rubric, withhold: Withholding) -> dict[str, InForce]:
    return {row.criterion: row for row in in_force(facts, rubric, withhold)}


@pytest.mark.parametrize(
    ("threshold", "least", "most"),
    [
        (0.0, 0.0, 0.0),
        (0.5, 0.2, 0.2),
        (0.6, 0.2, 0.5),
        (0.3, 0.0, 0.2),
        (0.9, 0.5, 1.0),
        (1, 1, 1),
    ],
)
def test_the_share_withheld_is_exact_on_the_curve_and_bounded_between(
    threshold: float, least: float, most: float
) -> None:
    assert withheld_at(FIT, threshold) == Withheld(least=least, most=most)


def test_without_a_curve_nothing_is_known() -> None:
    assert withheld_at(ProbabilityFit(1.0, 0.0), 0.5) is None


def test_the_stated_error_sets_the_threshold_and_an_own_one_wins(
    facts: HeadsFacts, rubric: Rubric
) -> None:
    strict = Withholding(0.05, {"empathy": 0.65})
    rows = by_name(facts, rubric, strict)
    assert list(rows) == [criterion.id for criterion in rubric.criteria]
    for name, row in rows.items():
        if row.judged_by == "head" and name != "empathy":
            fit = facts.heads[name].probability
            assert row.threshold == fit.threshold(0.05) and row.set_by == "stated_error"
            assert row.wrong is None or row.wrong <= 0.05
    empathy = rows["empathy"]
    assert empathy.threshold == 0.65 and empathy.set_by == "withhold_under"
    everything = by_name(facts, rubric, Withholding(1.0))
    assert {row.threshold for row in everything.values() if row.judged_by == "head"} <= {0.0}


def test_a_changed_question_is_judged_by_its_rule_and_a_new_one_by_examples(
    facts: HeadsFacts, rubric: Rubric
) -> None:
    changed = [
        c.model_copy(update={"question": "Was the agent on time?", "id": own})
        for c, own in zip(rubric.criteria[:2], ("greeting", "empathy"), strict=True)
    ]
    changed[1] = changed[1].model_copy(update={"rule": None})
    other = rubric.model_copy(update={"criteria": tuple(changed)})
    rows = by_name(facts, other, Withholding(0.2, {"empathy": 0.9}))
    assert (rows["greeting"].judged_by, rows["greeting"].threshold) == ("rule", UNTRAINED)
    assert rows["greeting"].set_by == "no_head" and rows["greeting"].withheld is None
    assert (rows["empathy"].judged_by, rows["empathy"].threshold) == ("examples", 0.9)


def test_where_no_threshold_keeps_the_error_everything_is_withheld(
    facts: HeadsFacts, rubric: Rubric
) -> None:
    wrong = ProbabilityFit(1.0, 0.0, tuple(RiskPoint(p.threshold, p.coverage, 0.9) for p in CURVE))
    name, head = next(iter(facts.heads.items()))
    worse = replace(facts, heads={**facts.heads, name: replace(head, probability=wrong)})
    row = by_name(worse, rubric, Withholding(0.2))[name]
    assert row.threshold == 1.0 and row.withheld == Withheld(least=1.0, most=1.0)
    assert row.wrong is None


def test_the_mean_is_over_what_is_known(facts: HeadsFacts, rubric: Rubric) -> None:
    rows = in_force(facts, rubric, Withholding(0.1))
    mean = mean_withheld(rows)
    shares = [row.withheld.least for row in rows if row.withheld is not None]
    assert mean is not None and mean.least == pytest.approx(sum(shares) / len(shares), abs=1e-4)
    assert mean_withheld([]) is None


def test_facts_are_those_that_the_judge_loads(facts: HeadsFacts) -> None:
    trained = load_trained(bundled_heads())
    assert set(facts.heads) == set(trained.heads)
    for name, head in trained.heads.items():
        own = facts.heads[name]
        assert own.probability == head.probability
        assert (own.verdicts, own.features) == (head.head.verdicts, head.head.features)
        assert own.meaning_sha256 == head.meaning_sha256
    assert facts.rule == trained.rule and facts.examples == trained.examples
    assert facts.labels == trained.turns.labels
    assert facts.made == trained.made


def test_heads_that_do_not_say_what_they_learned_from_can_still_be_read(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    shutil.copytree(bundled_heads(), tmp_path / "heads")
    path = tmp_path / "heads" / "criteria.safetensors"
    from safetensors import safe_open

    with safe_open(path, framework="np") as stored:
        about = json.loads(stored.metadata()["about"])
    del about["made"]
    save_file(load_file(path), path, {"about": json.dumps(about)})
    assert heads_facts(tmp_path / "heads").made is None
    assert heads_facts(tmp_path / "heads").version != heads_facts().version


@pytest.mark.parametrize("content", [b"", b"\x02\0\0\0\0\0\0\0{}", b"not safetensors at all"])
def test_a_file_that_is_no_heads_file_is_named(tmp_path: Path, content: bytes) -> None:
    shutil.copytree(bundled_heads(), tmp_path / "heads")
    (tmp_path / "heads" / "criteria.safetensors").write_bytes(content)
    with pytest.raises(PrerequisiteError, match="do not say what they are"):
        heads_facts(tmp_path / "heads")


def test_missing_heads_are_named(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"criteria\.safetensors, found none"):
        heads_facts(tmp_path)


def test_a_rubric_of_ones_own_has_no_heads(facts: HeadsFacts) -> None:
    own = parse_rubric(
        "id: mine\nversion: 1\ntitle: Mine\ncriteria:\n  - id: parking\n    question: Is it free?\n"
        "    section: Parking\n    roles: [agent]\n    scope: whole_call\n    applies: always\n"
        "    guidance: It is.\n    allowed: [pass, fail]\n    weight: 1\n    examples:\n"
        '      - {verdict: pass, text: "Parking is free."}\n'
        '      - {verdict: fail, text: "Parking costs ten pounds."}\n',
        "mine.yaml",
    )
    (row,) = in_force(facts, own, Withholding(0.2))
    assert (row.judged_by, row.threshold) == ("examples", UNTRAINED)
