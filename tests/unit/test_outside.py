from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.outside import Conversation, Reader, Row, Said, figures, maia, own_turns, tweets
from pipeline.domain import Role, Sentiment, Turn

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
BAD, FLAT, GOOD = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the first calls of each set: the reference learns in a moment."""
    folder = tmp_path_factory.mktemp("few")
    for path in (*DATA.glob("calls_*"), *DATA.glob("labels_*")):
        rows = path.read_text(encoding="utf-8").splitlines()
        (folder / path.name).write_text("\n".join(rows[:6]) + "\n", encoding="utf-8")
    (folder / "moves.jsonl").write_bytes((DATA / "moves.jsonl").read_bytes())
    return folder


@pytest.fixture(scope="module")
def reader(few: Path) -> Reader:
    return Reader(few)


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    """A chat of the form that MAIA has, in our own words."""
    chat = {
        "turns": [
            {
                "floor": "inbound",
                "text_mt": ["This is ridiculous, I am so angry with you.", "How do I reset it?"],
                "text_src": ["Kaputt.", "Wie?"],
                "Emotion": [5, 4],
            },
            {
                "floor": "outbound",
                "text_mt": ["Halten Sie den Knopf."],
                "text_src": ["Hold the button."],
                "Emotion": [2],
            },
            {"floor": "inbound", "text_mt": ["Thank you!"], "text_src": ["Danke!"], "Emotion": [0]},
        ]
    }
    path = tmp_path / "chats.json"
    path.write_text(json.dumps([chat]), encoding="utf-8")
    return path


def test_every_sentence_of_a_chat_is_a_turn_in_english(chats: Path) -> None:
    (chat,) = maia(chats)
    assert [(turn.role, turn.text) for turn in chat.turns] == [
        (Role.CUSTOMER, "This is ridiculous, I am so angry with you."),
        (Role.CUSTOMER, "How do I reset it?"),
        (Role.AGENT, "Hold the button."),
        (Role.CUSTOMER, "Thank you!"),
    ]


def test_emotions_become_sentiments_and_agents_have_none(chats: Path) -> None:
    (chat,) = maia(chats)
    assert [(row.index, row.label, row.detail) for row in chat.rows] == [
        (0, BAD, "frustration"),
        (1, FLAT, "confusion"),
        (3, GOOD, "empathy"),
    ]


def test_a_tweet_is_a_call_of_one_customer_turn(tmp_path: Path) -> None:
    path = tmp_path / "tweets.jsonl"
    row = {
        "text": "@AirOurs lost my bag &amp; my #patience https://t.co/x",
        "sentiment": "negative",
    }
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (written,), (spoken,) = list(tweets(path)), list(tweets(path, spoken=True))
    assert written.turns[0].text == "@AirOurs lost my bag & my #patience https://t.co/x"
    assert spoken.turns[0].text == "lost my bag & my patience"
    assert written.turns[0].role is Role.CUSTOMER
    assert written.rows == (Row(0, BAD, "negative"),)


def test_the_shipped_heads_and_the_reference_answer_for_every_labelled_turn(
    reader: Reader, chats: Path
) -> None:
    ((first, second, third),) = reader.read(list(maia(chats)))
    assert first.shipped is BAD
    assert third.shipped is GOOD
    assert {first.reference, second.reference, third.reference} <= set(Sentiment)


def test_a_conversation_without_labels_is_read_too(reader: Reader) -> None:
    turn = Turn(index=0, role=Role.AGENT, text="Hello?")
    assert reader.read([Conversation((turn,), ())]) == [[]]


def test_figures_stand_beside_the_commonest_label() -> None:
    row = [Row(0, BAD, "anger"), Row(1, BAD, "anxiety"), Row(2, GOOD, "happiness")]
    said = [Said(row[0], BAD, FLAT), Said(row[1], FLAT, BAD), Said(row[2], GOOD, GOOD)]
    found = figures([said])
    assert found.shipped.accuracy == found.mean_vector.accuracy == found.commonest.accuracy == 0.667
    assert found.commonest.kappa == 0
    assert found.shipped.macro_f1 == pytest.approx((2 / 3 + 1) / 2, abs=0.001)
    assert found.confusion == {
        "negative": {"negative": 1, "neutral": 1},
        "positive": {"positive": 1},
    }
    assert found.said_by_detail["anxiety"] == {"neutral": 1}


def test_the_reference_learns_from_our_labelled_turns_only() -> None:
    texts, labels = own_turns(DATA)
    assert len(texts) == len(labels) > 3000
    assert set(labels) == {"negative", "neutral", "positive"}
