from __future__ import annotations

from models.role_text import features, load_role_text, sentences
from models.roles import assign_roles
from pipeline.domain import Role, Word
from pipeline.turns import SpokenWord, build_turns

MODEL = load_role_text()


def call(*lines: tuple[int, str], pause_s: float = 0.6) -> list[SpokenWord]:
    """Return words of turns (speaker, text), one turn after the other."""
    words = []
    at_s = 0.0
    for speaker, text in lines:
        for part in text.split():
            word = Word(text=part, start_s=at_s, end_s=at_s + 0.3, probability=0.9)
            words.append(SpokenWord(word, speaker, 0))
            at_s += 0.3
        at_s += pause_s
    return words


def cast(*lines: tuple[int, str], agent: int | None = None) -> list[tuple[Role, str]]:
    found = assign_roles(call(*lines), MODEL, agent)
    return [(turn.role, turn.text) for turn in build_turns(found.words, found.roles)]


GREETING = "Good morning, Northwater Energy, my name is Dana, how can I help you?"
PROBLEM = "Hi, I have been charged twice for my bill and I want my money back."
CHECK = "I am sorry about that. Can I take your account number and postcode, please?"


def test_the_one_who_greets_and_asks_is_the_agent_whichever_channel_it_is() -> None:
    for agent, customer in ((0, 1), (1, 0)):
        roles = cast((agent, GREETING), (customer, PROBLEM), (agent, CHECK))
        assert [role for role, _ in roles] == [Role.AGENT, Role.CUSTOMER, Role.AGENT]


def test_a_customer_who_speaks_first_is_not_taken_for_the_agent() -> None:
    roles = cast((0, "Hello? Hello?"), (1, GREETING), (0, PROBLEM))
    assert [role for role, _ in roles] == [Role.CUSTOMER, Role.AGENT, Role.CUSTOMER]


def test_a_known_agent_channel_is_believed() -> None:
    roles = cast((0, GREETING), (1, PROBLEM), agent=1)
    assert [role for role, _ in roles] == [Role.CUSTOMER, Role.AGENT]


def test_a_menu_before_the_agent_is_a_system_turn() -> None:
    roles = cast(
        (0, "Thank you for calling. Your call may be recorded. For billing, press one."),
        (0, GREETING),
        (1, PROBLEM),
    )
    assert roles[0][0] is Role.SYSTEM
    assert (Role.AGENT, GREETING) in roles


def test_a_welcome_is_the_agents_when_their_name_follows() -> None:
    welcome = "Welcome to Castlebar Bank card services."
    roles = cast((0, welcome), (0, "This is Roland, how can I help?"), (1, PROBLEM))
    assert roles[0] == (Role.AGENT, f"{welcome} This is Roland, how can I help?")


def test_an_agents_farewell_is_not_taken_for_an_announcement() -> None:
    roles = cast((0, GREETING), (1, PROBLEM), (0, "Thank you for calling. Have a great day."))
    assert roles[-1][0] is Role.AGENT


def test_splitting_announcements_off_loses_no_word() -> None:
    words = call((0, "Calls may be recorded. Please hold the line."), (0, GREETING), (1, PROBLEM))
    found = assign_roles(words, MODEL)
    assert [spoken.word for spoken in found.words] == [spoken.word for spoken in words]


def test_one_voice_that_says_little_has_no_role() -> None:
    assert cast((0, "yes")) == [(Role.UNKNOWN, "yes")]


def test_no_words_have_no_roles() -> None:
    assert assign_roles([], MODEL).words == ()


def test_numbers_count_as_one_feature() -> None:
    assert features("call 0800 12", first=True) == features("call 4 55", first=True)


def test_sentences_end_at_their_marks() -> None:
    assert list(sentences("Hi. How are you? Fine")) == ["Hi.", "How are you?", "Fine"]
