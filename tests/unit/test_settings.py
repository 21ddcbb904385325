from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipeline.settings import Settings


def test_thresholds_of_ones_own_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CALLQA_WITHHOLD_UNDER", '{"empathy": 0.7}')
    monkeypatch.setenv("CALLQA_STATED_ERROR", "0.1")
    settings = Settings()
    assert settings.withhold_under == {"empathy": 0.7}
    assert settings.stated_error == 0.1


def test_a_threshold_that_is_no_probability_is_refused() -> None:
    with pytest.raises(ValidationError, match="withhold_under"):
        Settings(withhold_under={"empathy": 70})


def test_settings_can_be_a_key_and_differ_by_their_thresholds() -> None:
    one, other = (
        Settings(withhold_under={"empathy": 0.7}),
        Settings(withhold_under={"empathy": 0.8}),
    )
    assert {one: 1, other: 2}[Settings(withhold_under={"empathy": 0.7})] == 1
