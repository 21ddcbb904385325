from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from models.features import own_features
from models.forest import exported, joined
from models.heads import FittedHead, fit_head
from models.logistic import fit_logistic
from models.probability import ProbabilityFit, RiskPoint
from models.trained import (
    HEADS_FILE,
    Made,
    TrainedJudge,
    heads_version,
    load_trained,
    save_trained,
)
from pipeline.domain import Verdict
from pipeline.errors import PrerequisiteError
from tests.judging import support_rubric, trained

FIT = ProbabilityFit(
    slope=1.0, offset=0.0, risk=(RiskPoint(0.0, 1.0, 0.2), RiskPoint(0.8, 0.5, 0.1))
)


def rows(count: int = 60) -> list[dict[str, float]]:
    rng = np.random.default_rng(7)
    return [{"a": float(x), "b": float(y)} for x, y in rng.random((count, 2))]


def three_verdicts(row: dict[str, float]) -> Verdict:
    if row["a"] > 0.6:
        return Verdict.PASS
    return Verdict.PARTIAL if row["b"] > 0.5 else Verdict.FAIL


def test_a_head_learns_and_its_probabilities_sum_to_one() -> None:
    seen = rows()
    head = fit_head(seen, [three_verdicts(row) for row in seen])
    found = [head.probabilities(row) for row in seen]
    assert all(sum(p.values()) == pytest.approx(1, abs=1e-3) for p in found)
    right = [max(p, key=lambda v: p[v]) is three_verdicts(r) for p, r in zip(found, seen)]  # noqa: B905
    assert np.mean(right) > 0.85


def test_two_verdicts_are_told_apart_the_right_way_round() -> None:
    seen = rows()
    head = fit_head(seen, [Verdict.FAIL if row["a"] > 0.5 else Verdict.PASS for row in seen])
    assert head.probabilities({"a": 0.95, "b": 0.5})[Verdict.FAIL] > 0.5
    assert head.probabilities({"a": 0.05, "b": 0.5})[Verdict.PASS] > 0.5


def test_the_same_calls_give_the_same_head() -> None:
    seen = rows()
    verdicts = [three_verdicts(row) for row in seen]
    one, two = fit_head(seen, verdicts), fit_head(seen, verdicts)
    assert one.probabilities(seen[0]) == two.probabilities(seen[0])


def test_the_exported_forest_says_what_the_fitted_one_says() -> None:
    from sklearn.ensemble import RandomForestClassifier

    seen = rows(80)
    table = np.array([list(row.values()) for row in seen], dtype=np.float32)
    model = RandomForestClassifier(20, random_state=0)
    model.fit(table, [str(three_verdicts(row)) for row in seen])
    forest = exported(model, np.arange(table.shape[1]))
    ours = np.stack([forest.probabilities(row) for row in table])
    assert np.allclose(ours, model.predict_proba(table), atol=2e-3)


def test_forests_that_saw_other_features_are_averaged() -> None:
    from sklearn.ensemble import RandomForestClassifier

    seen = rows(80)
    table = np.array([list(row.values()) for row in seen], dtype=np.float32)
    target = [str(three_verdicts(row)) for row in seen]
    both = np.arange(table.shape[1])
    views = [both, both[1:]]
    models = [RandomForestClassifier(10, random_state=0).fit(table[:, v], target) for v in views]
    forest = joined([exported(m, v) for m, v in zip(models, views, strict=True)])
    ours = np.stack([forest.probabilities(row) for row in table])
    theirs = [m.predict_proba(table[:, v]) for m, v in zip(models, views, strict=True)]
    assert np.allclose(ours, np.mean(theirs, axis=0), atol=2e-3)


def test_half_of_a_head_sees_only_what_is_the_criterions_own() -> None:
    # "tone" tells the verdict in training; the one turn that matters is "a".
    seen = [{"a": row["a"], "tone": float(row["a"] > 0.5)} for row in rows()]
    verdicts = [Verdict.FAIL if row["a"] > 0.5 else Verdict.PASS for row in seen]
    odd = {"a": 0.95, "tone": 0.0}
    everything = fit_head(seen, verdicts).probabilities(odd)[Verdict.FAIL]
    own = fit_head(seen, verdicts, lambda name: name == "a").probabilities(odd)[Verdict.FAIL]
    assert own > everything + 0.1


def test_a_criterions_own_features_are_its_rules_moves_and_what_has_place_and_order() -> None:
    greeting = support_rubric().criteria[0]
    is_own = own_features(greeting)
    own = ["greet:opening", "rule=pass", "rule@0.4=fail", "greeting=pass:count", "opening:named"]
    assert all(is_own(name) for name in own)
    assert not any(is_own(n) for n in ["rude:count", "closing=pass:count", "sentiment=negative:x"])


def test_a_logistic_regression_ignores_what_tells_nothing() -> None:
    dense = np.array([[1.0], [-1.0]] * 50, dtype=np.float32)
    labels = np.array([[1.0, 0.0], [0.0, 0.0]] * 50, dtype=np.float32)
    nothing = [np.zeros(0, dtype=np.int64)] * 100
    weights = fit_logistic(dense, nothing, labels, dense_c=1.0, bucket_c=1.0)
    found = weights.probabilities(dense, nothing)
    assert found[0, 0] > 0.9
    assert found[1, 0] < 0.1
    assert found[:, 1].max() < 0.1


def test_trained_heads_survive_being_stored(tmp_path: Path) -> None:
    seen = rows()
    head = fit_head(seen, [three_verdicts(row) for row in seen])
    made = Made("0" * 64, 120, ("t1", "t2"), "support version 1, 012345678901")
    heads = {"x": FittedHead(head, FIT, "0" * 64)}
    whole = TrainedJudge(trained().turns, heads, FIT, FIT, made)
    save_trained(whole, tmp_path / "one")
    save_trained(whole, tmp_path / "two")
    again = load_trained(tmp_path / "one")
    assert again.heads["x"].head.probabilities(seen[0]) == head.probabilities(seen[0])
    assert again.rule == FIT
    assert again.made == made
    assert again.turns.labels == trained().turns.labels
    assert heads_version(tmp_path / "one") == heads_version(tmp_path / "two")


def test_missing_heads_are_told_with_the_command_that_trains_them(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"python -m models\.training"):
        load_trained(tmp_path)


def test_heads_of_another_version_are_refused_with_the_same_command(tmp_path: Path) -> None:
    save_trained(TrainedJudge(trained().turns, {}, FIT, FIT), tmp_path)
    about = {"about": json.dumps({"heads": {"x": {"verdicts": ["pass"]}}})}
    save_file({"x.bias": np.zeros(1, dtype=np.float32)}, tmp_path / HEADS_FILE, about)
    with pytest.raises(PrerequisiteError, match=r"another version.*python -m models\.training"):
        load_trained(tmp_path)
