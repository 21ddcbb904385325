from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.desk.search import MOST_TERMS, words_query

FRAGMENTS = st.sampled_from(
    [
        '"',
        "*",
        "NEAR",
        "NEAR(a b, 2)",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "^",
        ":",
        "-",
        "+",
        "{words}:",
        "'; DROP TABLE calls; --",
        "words : x",
        "refund",
        "Ä",
        "ß",
        "日本語",
        "🙂",
        "\u0301",
        "\0",
        "\ud800",
        " ",
        "“",
        "”",
    ]
)
ANYTHING = st.text(st.characters(), max_size=60) | st.lists(FRAGMENTS, max_size=12).map("".join)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE call_text USING fts5 "
        "(words, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    said = ["I want a refund", "near and not or", "die Größe, naïve 日本語", "account number 42"]
    connection.executemany("INSERT INTO call_text (words) VALUES (?)", [(words,) for words in said])
    yield connection
    connection.close()


def numbers(index: sqlite3.Connection, typed: str) -> list[int] | None:
    asked = words_query(typed)
    if asked is None:
        return None
    found = index.execute("SELECT rowid FROM call_text WHERE call_text MATCH ?", (asked,))
    return [row[0] for row in found]


@given(ANYTHING)
@example('"')
@example('""')
@example('"""*')
@example("a*b*")
@example('NEAR("a" "b", 10)')
@example("\u0301")
@example("words:refund")
def test_whatever_is_typed_is_a_question_to_the_index(
    index: sqlite3.Connection, typed: str
) -> None:
    numbers(index, typed)


@given(ANYTHING)
def test_nothing_typed_stands_outside_of_quotes(typed: str) -> None:
    asked = words_query(typed) or '""'
    outside = asked.split('"')[0::2]
    assert {"".join(part.split()) for part in outside} <= {"", "*"}
    assert len(outside) - 1 <= MOST_TERMS


@given(st.sampled_from(["refund", "account", "number", "want"]), ANYTHING.map(str.split))
def test_more_words_never_find_more(
    index: sqlite3.Connection, word: str, others: list[str]
) -> None:
    alone = numbers(index, word)
    together = numbers(index, " ".join([word, *(other.replace('"', "") for other in others)]))
    assert alone
    assert together is not None
    assert set(together) <= set(alone)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("refund", [1]),
        ("REFUND want", [1]),
        ('"want refund"', []),
        ('"a refund"', [1]),
        ('"a refund', [1]),
        ("“a refund”", [1]),
        ("ref*", [1]),
        ("ref", []),
        ("near and not", [2]),
        ("AND", [2]),
        ("refund OR account", []),
        ("NOT refund", []),
        ("grosse", []),
        ("grösse", []),
        ("größe", [3]),
        ("naive", [3]),
        ("日本語", [3]),
        ("account-number", [4]),
        ("42", [4]),
        ("-- !", None),
        ("", None),
        ("   ", None),
    ],
)
def test_words_and_phrases_find_what_was_said(
    index: sqlite3.Connection, typed: str, expected: list[int] | None
) -> None:
    assert numbers(index, typed) == expected
