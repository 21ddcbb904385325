from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cards_spoken import luhn_valid
from pipeline.domain import Transcript, Turn, Word
from pipeline.redaction import Redaction, redact_transcript
from tests.builders import conversation, recorded, timed_conversation, transcript, turn, words

CARD = "4111 1111 1111 1111"
SPOKEN_CARD = "four one one one, one one one one, one one one one, one one one one"


def redacted(*lines: str) -> list[str]:
    """The texts of a written conversation without its secrets."""
    return [
        item.text for item in redact_transcript(transcript(conversation(*lines))).transcript.turns
    ]


def kept(*lines: str) -> bool:
    return redacted(*lines) == [line.partition(":")[2].strip() for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"It's {CARD}.", "It's [card number]."),
        (f"It's {SPOKEN_CARD}, okay?", "It's [card number], okay?"),
        ("4111111111111111", "[card number]"),
        ("3782 822463 10005 is my amex", "[card number] is my amex"),
        ("um four one one one um double one double one, quadruple", None),
    ],
)
def test_a_card_number_is_known_by_its_check_digit(text: str, expected: str | None) -> None:
    assert redacted(f"c: {text}") == [text if expected is None else expected]


def test_an_expiry_date_and_code_after_the_card_do_not_hide_it() -> None:
    (text,) = redacted(f"c: {CARD} 12 29 and 123")
    assert "4111" not in text
    assert text.startswith("[card number]")


@pytest.mark.parametrize(
    "text",
    [
        "The order number is 4111 1111 1111 1112.",
        "Call me on 0044 7700 900123, please.",
        "My number is five five five, oh one four two, six six.",
        "The card ending in one one one one.",
        "Account eight eight oh, two one seven, three three.",
        "Q R four, two L M.",
        "Twelfth of May, nineteen forty-four.",
        "It costs two hundred and ten dollars.",
        "Tracking 1Z 999 AA1 0123 4567 84.",
    ],
)
def test_what_identifies_an_account_stays(text: str) -> None:
    assert kept(f"c: {text}")


def test_a_card_number_that_was_asked_for_is_masked_even_if_a_digit_was_misheard() -> None:
    assert redacted("a: The long card number, please?", "c: 4111 1111 1111 1112") == [
        "The long card number, please?",
        "[card number]",
    ]


def test_a_card_number_in_pieces_is_masked_with_what_the_agent_repeats() -> None:
    assert redacted(
        "a: Can you read me the card number?",
        "c: Four one two three",
        "a: Four one two three.",
        "c: nine nine nine nine, eight eight eight eight",
        "a: Yes?",
        "c: seven seven seven seven, that's the one.",
        "a: That's 45 pounds, for two years.",
    ) == [
        "Can you read me the card number?",
        "[card number]",
        "[card number].",
        "[card number]",
        "Yes?",
        "[card number], that's the one.",
        "That's 45 pounds, for two years.",
    ]


def test_the_last_four_stay() -> None:
    assert kept("a: Only the last four of the card number, please.", "c: One two three four.")


def test_a_question_alone_masks_nothing() -> None:
    assert kept("a: The card number, all sixteen digits?", "c: I'd rather not.")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("c: the CVV is 123",), "the CVV is [security code]"),
        (("c: my pin is four two four two",), "my pin is [PIN]"),
        (("a: And the three on the back?", "c: Oh one two."), "[security code]."),
        (("a: What's your PIN?", "c: One nine six eight."), "[PIN]."),
        (("a: Your PIN?", "c: Why?", "a: For the check.", "c: 1968"), "[PIN]"),
        (("u: Your PIN?", "u: Why?", "u: 1968"), "[PIN]"),
        (("c: my social is 123-45-6789",), "my social is [social security number]"),
        (("c: 123-45-6789",), "[social security number]"),
        (
            ("a: Your National Insurance number?", "c: QQ 12 34 56 C"),
            "QQ [social security number] C",
        ),
        (("c: My password is Otter, capital O.",), "My password is [password]."),
        (("c: password: hunter2",), "password: [password]"),
        (("a: What's the password for that?", "c: Fine. It's wombat."), "Fine. It's [password]."),
        (("a: Tell me the password.", "c: marmalade"), "[password]"),
        (("a: Password?", "c: Okay, it's otter seven"), "Okay, it's [password]"),
    ],
)
def test_what_was_said_before_tells_other_secrets(lines: tuple[str, ...], expected: str) -> None:
    assert redacted(*lines)[-1] == expected


@pytest.mark.parametrize(
    "lines",
    [
        ("a: What's your PIN?", "c: I won't tell you."),
        ("a: To reset the PIN I need your account number.", "c: 4455 6677"),
        ("c: I forgot my PIN.", "a: No problem.", "c: It's 2 o'clock."),
        ("c: The password is not working.",),
        ("c: My password is wrong.",),
        ("a: What's the password?", "c: Which one?"),
        ("a: I've reset the password.", "c: Thanks, that's great of you to do so fast."),
        ("a: The last four of your social?", "c: 6789"),
        ("a: Your date of birth?", "c: 12 11 1979"),
        ("a: I'll text you a code.", "c: It's 305662"),
        ("c: My social security number ends in 6789.",),
        ("a: The card number?", "c: Lost.", "a: Your phone number?", "c: 0770 0900 1234 567"),
    ],
)
def test_what_only_sounds_like_a_secret_stays(lines: tuple[str, ...]) -> None:
    assert kept(*lines)


def test_secrets_are_counted_by_kind() -> None:
    found = redact_transcript(transcript(conversation(f"c: {CARD}", "c: the cvv is 123", "c: ok")))
    assert found.counts == {"card_number": 1, "security_code": 1}


def test_a_transcript_without_secrets_is_the_same() -> None:
    talk = recorded(*timed_conversation("a: Good morning.", "c: Hello, I was charged twice."))
    assert redact_transcript(talk) == Redaction(talk, {})


def spoken(text: str) -> Transcript:
    return recorded(turn(0, "customer", text, start_s=10, end_s=20))


def test_masks_take_the_place_and_the_time_of_the_words_they_cover() -> None:
    before = spoken(f"It's {CARD}, okay?")
    (after,) = redact_transcript(before).transcript.turns
    assert after.text == "It's [card number], okay?"
    assert [word.text for word in after.words] == ["It's", "[card", "number],", "okay?"]
    assert after.words[0] == before.turns[0].words[0]
    assert after.words[-1] == before.turns[0].words[-1]
    assert after.words[1].start_s == before.turns[0].words[1].start_s
    assert after.words[2].end_s == before.turns[0].words[4].end_s
    assert after.words[1].end_s == after.words[2].start_s
    assert (after.start_s, after.end_s) == (10, 20)


def test_a_mask_within_one_word_keeps_what_stands_around_it() -> None:
    (after,) = redact_transcript(spoken("(4111-1111-1111-1111) yes")).transcript.turns
    assert after.text == "([card number]) yes"
    assert " ".join(word.text for word in after.words) == after.text


def test_words_that_are_not_those_of_the_text_are_not_kept_beside_a_mask() -> None:
    odd = turn(0, "customer", f"It's {CARD}", start_s=0, end_s=2)
    odd = odd.model_copy(update={"words": words("something 4111 1111 1111 1111 else")})
    (after,) = redact_transcript(recorded(odd)).transcript.turns
    assert after.words == ()
    assert after.text == "It's [card number]"


@pytest.mark.parametrize(
    ("digits", "valid"), [("4111111111111111", True), ("4111111111111112", False), ("", False)]
)
def test_luhn(digits: str, valid: bool) -> None:
    assert luhn_valid(digits) is valid


LINES = st.lists(
    st.sampled_from(
        [
            "a: What's your PIN?",
            "a: Read me the card number, all sixteen.",
            "a: And your password?",
            "a: Okay, one moment.",
            "c: One two three four.",
            f"c: It's {CARD}, um, 12 29.",
            f"c: {SPOKEN_CARD}",
            "c: it's otter, capital O",
            "c: My card number is 4929 1234",
            "c: 5678 9012, and the code is 321",
            "c: Thanks.",
        ]
    ),
    max_size=8,
)


@given(LINES)
def test_masking_twice_changes_nothing_and_words_stay_in_step(lines: list[str]) -> None:
    once = redact_transcript(recorded(*timed_conversation(*lines))).transcript
    assert redact_transcript(once).transcript == once
    for item in once.turns:
        _in_step(item)


@given(st.text(max_size=60))
def test_any_text_can_be_redacted(text: str) -> None:
    _in_step(redact_transcript(spoken(" ".join(text.split()))).transcript.turns[0])


@given(st.integers(10**14, 10**15 - 1), st.sampled_from(["", " ", "-"]))
def test_no_valid_card_number_is_left(body: int, between: str) -> None:
    stem = f"4{body}"[:15]
    digits = next(stem + last for last in "0123456789" if luhn_valid(stem + last))
    groups = between.join(digits[at : at + 4] for at in range(0, 16, 4))
    assert redacted(f"c: it is {groups} thanks") == ["it is [card number] thanks"]


def _in_step(item: Turn) -> None:
    assert [word.text for word in item.words] == item.text.split()
    ends = [word.end_s for word in item.words]
    assert ends == sorted(ends)
    assert all(isinstance(word, Word) and word.start_s <= word.end_s for word in item.words)
