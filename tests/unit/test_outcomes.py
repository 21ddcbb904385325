"""Figures about calls come in from a CSV file, and what cannot be used is told line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.desk import Desk
from pipeline.desk.outcomes import (
    LineProblem,
    Name,
    keep_outcomes,
    outcome_counts,
    outcome_value,
    outcomes_for,
    read_outcomes,
    told_outcomes,
    unknown_calls,
)
from pipeline.errors import InputError


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{tmp_path / 'store.desk'}")
    yield opened
    opened.close()


def test_a_file_says_one_figure_per_call_and_kind() -> None:
    content = (
        b"\xef\xbb\xbfCall_ID,shop,CSAT,FCR,AHT\nc1,Ulm,4.5,yes,3:20\nc2,Bonn,,no,95\nc1,,5,,\n"
    )
    read = read_outcomes(content)
    assert [(o.call_id, o.name, o.value) for o in read.outcomes] == [
        ("c1", "csat", 5.0),
        ("c1", "fcr", 1.0),
        ("c1", "aht_s", 200.0),
        ("c2", "fcr", 0.0),
        ("c2", "aht_s", 95.0),
    ]
    assert read.problems == ()


def test_semicolons_tabs_and_decimal_commas_are_understood() -> None:
    assert read_outcomes(b"id;csat\nc1;4,5\n").outcomes[0].value == 4.5
    assert read_outcomes(b"id\tcsat\nc1\t4\n").outcomes[0].value == 4.0


def test_what_cannot_be_used_is_told_with_its_line_and_the_rest_is_kept() -> None:
    read = read_outcomes(b"call_id,csat,fcr\nc1,good,yes\n,3,\n\nc2,-1,maybe\nc3,nan,\n")
    assert [(o.call_id, o.name) for o in read.outcomes] == [("c1", "fcr")]
    assert read.problems == (
        LineProblem(2, "csat: expected a number from 0, found 'good'"),
        LineProblem(3, "expected a call_id, found none"),
        LineProblem(5, "csat: expected a number from 0, found '-1'"),
        LineProblem(5, "fcr: expected yes or no, found 'maybe'"),
        LineProblem(6, "csat: expected a number from 0, found 'nan'"),
    )


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2", b"call_id,shop\nc1,2", b"\xff\xfe", b"csat\n1"]
)
def test_a_file_of_another_form_is_refused_with_what_was_expected(content: bytes) -> None:
    with pytest.raises(InputError, match=r"call_id|UTF-8"):
        read_outcomes(content)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("fcr", "TRUE", 1.0),
        ("fcr", "0", 0.0),
        ("fcr", "2", None),
        ("aht_s", "1:02:03", 3723.0),
        ("aht_s", "2:75", None),
        ("aht_s", "1:2:3:4", None),
        ("aht_s", "-5", None),
        ("csat", "1e400", None),
        ("csat", "", None),
    ],
)
def test_figures_mean_what_they_say(name: Name, text: str, value: float | None) -> None:
    assert outcome_value(name, text) == value


def test_what_is_told_again_goes_before_what_was_told(desk: Desk) -> None:
    with desk.writing() as connection:
        keep_outcomes(connection, read_outcomes(b"id,csat,aht\nc1,2,60\nc2,3,\n").outcomes, "lea")
        assert keep_outcomes(connection, read_outcomes(b"id,csat\nc1,5\n").outcomes, "ada") == 1
    with desk.reading() as connection:
        assert outcomes_for(connection, "csat") == {"c1": 5.0, "c2": 3.0}
        assert outcomes_for(connection, "fcr") == {}
        assert [o.told_by for o in told_outcomes(connection)] == ["lea", "ada", "lea"]
        aht, csat = outcome_counts(connection)
        assert (aht.calls, csat.calls, csat.lowest, csat.known) == (1, 2, 3.0, 0)
        assert unknown_calls(connection, ["c1", "c2", "c1"]) == ("c1", "c2")
