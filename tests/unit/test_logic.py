from __future__ import annotations

import pytest
from pydantic import JsonValue

from pipeline.domain import Role, Turn, Verdict
from pipeline.errors import RubricError
from pipeline.logic import RuleOutcome, TurnMoves, decide, places
from pipeline.moves import MOVES, ROLE_OF_MOVE
from pipeline.rubric import Criterion, bundled_rubric_path, load_rubric
from tests.builders import conversation, criterion, moves

BUNDLED = {item.id: item for item in load_rubric(bundled_rubric_path()).criteria}
TALK = conversation(*["a: hello", "c: hi"] * 6)


def rule(when: JsonValue, show: JsonValue = None) -> dict[str, JsonValue]:
    """A rule that passes when the condition holds, and else fails."""
    case: dict[str, JsonValue] = {"verdict": "pass", "when": when, "because": "It was there."}
    if show is not None:
        case["show"] = show
    return {"cases": [case, {"verdict": "fail", "because": "It was not there."}]}


def outcome(
    when: JsonValue,
    *found: TurnMoves,
    turns: tuple[Turn, ...] = TALK,
    roles: tuple[Role, ...] = (Role.AGENT, Role.CUSTOMER),
) -> RuleOutcome:
    return decide(criterion("x", rule=rule(when), roles=roles), turns, found)


def holds(when: JsonValue, *found: TurnMoves, turns: tuple[Turn, ...] = TALK) -> bool:
    return outcome(when, *found, turns=turns).verdict is Verdict.PASS


def bundled(name: str, *found: TurnMoves, turns: tuple[Turn, ...] = TALK) -> Verdict:
    return decide(BUNDLED[name], turns, found).verdict


def test_every_move_has_one_role_and_a_meaning() -> None:
    assert len(ROLE_OF_MOVE) == len(MOVES) == 36
    assert all(move.meaning for move in MOVES)


def test_a_move_that_is_there_is_the_evidence() -> None:
    assert outcome({"moves": "greet"}, *moves(t2=["greet"], t4=["greet"])) == RuleOutcome(
        Verdict.PASS, (2, 4), "It was there."
    )


def test_absence_has_no_evidence() -> None:
    assert outcome({"moves": "greet"}) == RuleOutcome(Verdict.FAIL, (), "It was not there.")


def test_any_of_several_moves_will_do() -> None:
    assert holds({"moves": ["greet", "name_self"]}, *moves(t0=["name_self"]))


def test_a_move_on_a_turn_of_another_role_does_not_count() -> None:
    assert not holds({"moves": "greet"}, *moves(t1=["greet"]))
    assert not holds({"moves": "upset"}, *moves(t0=["upset"]))


def test_moves_of_turns_that_are_not_there_do_not_count() -> None:
    assert not holds({"moves": "greet"}, *moves(t99=["greet"]))


def test_all_any_and_not_combine() -> None:
    both: JsonValue = {"all": [{"moves": "greet"}, {"moves": "goodbye"}]}
    either: JsonValue = {"any": [{"moves": "greet"}, {"moves": "goodbye"}]}
    found = moves(t0=["greet"])
    assert not holds(both, *found)
    assert holds(either, *found)
    assert holds({"not": both}, *found)
    assert outcome(both, *moves(t0=["greet"], t10=["goodbye"])).turns == (0, 10)


def test_evidence_is_limited_to_the_criterions_roles() -> None:
    when: JsonValue = {"any": [{"moves": "ask_identifier"}, {"moves": "give_identifier"}]}
    found = moves(t0=["ask_identifier"], t1=["give_identifier"])
    assert outcome(when, *found).turns == (0, 1)
    assert outcome(when, *found, roles=(Role.CUSTOMER,)).turns == (1,)


def test_show_names_other_turns_as_evidence() -> None:
    asked = criterion("x", rule=rule({"not": {"moves": "greet"}}, show={"moves": "rude"}))
    assert decide(asked, TALK, moves(t4=["rude"])).turns == (4,)


@pytest.mark.parametrize(("at_least", "expected"), [(2, True), (3, False)])
def test_turns_are_counted(at_least: int, expected: bool) -> None:
    found = moves(t0=["rude"], t2=["rude", "dismiss"])
    assert holds({"moves": ["rude", "dismiss"], "at_least": at_least}, *found) is expected


def test_before_after_and_since_are_about_an_anchor() -> None:
    found = moves(t2=["greet"], t4=["rude", "greet"], t6=["greet"])
    anchor: JsonValue = {"first": "rude"}
    assert outcome({"moves": "greet", "before": anchor}, *found).turns == (2,)
    assert outcome({"moves": "greet", "after": anchor}, *found).turns == (6,)
    assert outcome({"moves": "greet", "since": anchor}, *found).turns == (4, 6)


def test_an_anchor_is_the_first_or_the_last_of_its_moves() -> None:
    found = moves(t0=["rude"], t2=["greet"], t4=["dismiss"])
    assert holds({"moves": "greet", "before": {"last": ["rude", "dismiss"]}}, *found)
    assert not holds({"moves": "greet", "before": {"first": ["rude", "dismiss"]}}, *found)


@pytest.mark.parametrize("order", ["before", "after", "since"])
def test_nothing_is_before_or_after_what_never_happened(order: str) -> None:
    assert not holds({"moves": "greet", order: {"first": "rude"}}, *moves(t2=["greet"]))


def test_the_opening_ends_with_the_agents_third_turn() -> None:
    late = moves(t6=["greet"])
    assert not holds({"moves": "greet", "place": "opening"}, *late)
    assert holds({"moves": "greet", "place": "opening"}, *moves(t4=["greet"]))
    assert holds({"moves": "greet", "place": "whole_call"}, *late)


def test_the_closing_is_the_last_third_but_at_least_eight_turns() -> None:
    assert places(TALK)["closing"] == frozenset(range(4, 12))
    assert places(conversation(*["a: hello"] * 60))["closing"] == frozenset(range(40, 60))
    assert places(conversation("a: hello"))["closing"] == frozenset({0})


def test_a_call_without_an_agent_has_no_opening() -> None:
    assert places(conversation("c: hello"))["opening"] == frozenset()
    assert places(())["whole_call"] == frozenset()


def test_the_criterions_scope_is_where_moves_are_looked_for() -> None:
    asked = criterion("x", rule=rule({"moves": "greet"}), scope="opening")
    assert decide(asked, TALK, moves(t10=["greet"])).verdict is Verdict.FAIL


def test_words_are_found_whole_whatever_the_case_on_turns_of_the_criterions_roles() -> None:
    turns = conversation("a: May I ask?", "c: maybe", "c: May I?")
    when: JsonValue = {"words": ["may i"]}
    asked = criterion("x", rule=rule(when))
    assert decide(asked, turns, ()).turns == (0,)
    assert not holds({"words": "may"}, turns=conversation("a: maybe"))
    assert holds({"words": "may i", "roles": "customer"}, turns=conversation("c: May I"))


def test_words_and_moves_together_must_be_in_one_turn() -> None:
    turns = conversation("a: may I", "a: hold on")
    when: JsonValue = {"moves": "announce_hold", "words": ["may i"]}
    assert not holds(when, *moves(t1=["announce_hold"]), turns=turns)
    assert holds(when, *moves(t0=["announce_hold"]), turns=turns)


def test_kinds_are_counted_over_turns_and_not_twice() -> None:
    kinds: JsonValue = {"a name": ["name"], "a date of birth": ["birth", "born"]}
    when: JsonValue = {"moves": "ask_identifier", "kinds": kinds, "at_least": 2}
    one = conversation("a: Your name?", "a: Your full name?")
    two = conversation("a: Your name and date of birth?", "a: When?")
    found = moves(t0=["ask_identifier"], t1=["ask_identifier"])
    assert not holds(when, *found, turns=one)
    assert holds(when, *found, turns=two)


def test_pairs_must_close_every_opening_or_some() -> None:
    every: JsonValue = {"pair": {"open": "announce_hold", "close": "return_hold"}}
    some: JsonValue = {"pair": {"open": "announce_hold", "close": "return_hold", "holds": "some"}}
    found = moves(t0=["announce_hold"], t2=["return_hold"], t4=["announce_hold"])
    assert not holds(every, *found)
    assert outcome(some, *found).turns == (0, 2)
    assert holds(every, *found, *moves(t6=["return_hold"]))


def test_no_opening_is_no_pair() -> None:
    assert not holds(
        {"pair": {"open": "announce_hold", "close": "return_hold"}}, *moves(t2=["return_hold"])
    )


def test_thresholds_hold_for_all_moves_or_by_name() -> None:
    asked = criterion("x", rule=rule({"moves": "greet"}))
    found = moves(t0={"greet": 0.6})
    assert decide(asked, TALK, found).verdict is Verdict.PASS
    assert decide(asked, TALK, found, 0.6).verdict is Verdict.PASS
    assert decide(asked, TALK, found, 0.7).verdict is Verdict.FAIL
    assert decide(asked, TALK, found, {"greet": 0.7}).verdict is Verdict.FAIL
    assert decide(asked, TALK, found, {"rude": 0.7}).verdict is Verdict.PASS


def test_the_first_case_that_holds_decides() -> None:
    cases: list[JsonValue] = [
        {"verdict": "fail", "when": {"moves": "rude"}, "because": "Rude."},
        {"verdict": "pass", "when": {"moves": "greet"}, "because": "Greeted."},
        {"verdict": "partial", "because": "Neither."},
    ]
    asked = criterion("x", rule={"cases": cases})
    assert decide(asked, TALK, moves(t0=["greet"], t2=["rude"])).because == "Rude."
    assert decide(asked, TALK, moves(t0=["greet"])).because == "Greeted."
    assert decide(asked, TALK, ()).because == "Neither."


def test_a_criterion_without_a_rule_cannot_be_decided() -> None:
    with pytest.raises(RubricError, match="criterion x: expected a rule, found none"):
        decide(criterion("x"), TALK, ())


def test_a_rule_that_the_check_would_refuse_is_refused() -> None:
    with pytest.raises(RubricError, match='criterion x: unknown move "great"; did you mean'):
        outcome({"moves": "great"})


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (["greet", "name_company"], "pass"),
        (["greet"], "partial"),
        (["name_self"], "partial"),
        ([], "fail"),
    ],
)
def test_greeting(found: list[str], verdict: str) -> None:
    assert bundled("greeting", *moves(t0=found)) == verdict


def test_a_greeting_by_a_menu_is_not_the_agents() -> None:
    turns = conversation("s: Welcome to Harwell", "a: yeah", "c: hi")
    assert bundled("greeting", *moves(t0=["greet", "name_company"]), turns=turns) == "fail"


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        ({2: ["acknowledge_specific"]}, "pass"),
        ({2: ["acknowledge_formula"]}, "partial"),
        ({2: ["dismiss"]}, "fail"),
        ({}, "fail"),
        ({2: ["acknowledge_specific"], 6: ["rude"]}, "fail"),
        ({2: ["acknowledge_specific", "rude"]}, "fail"),
        ({2: ["rude"], 6: ["acknowledge_specific"]}, "pass"),
    ],
)
def test_empathy(agent: dict[int, list[str]], verdict: str) -> None:
    given = [TurnMoves(at, dict.fromkeys(names, 1.0)) for at, names in agent.items()]
    trouble = moves(t1=["state_trouble"])
    assert bundled("empathy", *trouble, *given) == verdict
    assert bundled("empathy", *given) == "not_applicable"


IDENTIFIED = conversation(
    "a: May I have your name and your date of birth?",
    "c: Dana Miller. First of May.",
    "a: Thank you. Your balance is ten pounds.",
    "c: And the postcode is Q R four.",
)


def test_two_things_asked_for_and_given_before_the_account_is_discussed_verify_identity() -> None:
    found = moves(t0=["ask_identifier"], t1=["give_identifier"], t2=["disclose_account"])
    assert bundled("identity_verification", *found, turns=IDENTIFIED) == "pass"


def test_what_is_given_after_the_disclosure_comes_too_late() -> None:
    found = moves(
        t1=["give_identifier"],
        t2=["disclose_account"],
        t3=["give_identifier"],
    )
    got = decide(BUNDLED["identity_verification"], IDENTIFIED, found)
    assert got.verdict is Verdict.FAIL
    assert got.turns == (2,)


def test_without_account_information_there_is_nothing_to_verify() -> None:
    found = moves(t1=["give_identifier"])
    assert bundled("identity_verification", *found, turns=IDENTIFIED) == "not_applicable"


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("sensitive_data", "ask_secret"),
        ("prohibited_promises", "guarantee"),
        ("prohibited_promises", "overstep"),
        ("professionalism", "rude"),
    ],
)
def test_one_such_turn_is_a_fail(name: str, move: str) -> None:
    assert bundled(name, *moves(t4=[move])) == "fail"
    assert bundled(name) == "pass"


@pytest.mark.parametrize(
    ("text", "returned", "verdict"),
    [
        ("May I put you on hold?", True, "pass"),
        ("May I put you on hold?", False, "partial"),
        ("Hold on.", True, "partial"),
        ("Hold on.", False, "fail"),
        ("I am going to put you through to billing.", False, "pass"),
    ],
)
def test_hold_etiquette(text: str, returned: bool, verdict: str) -> None:
    turns = conversation(f"a: {text}", "c: okay", "a: Right.")
    found = [*moves(t0=["announce_hold"]), *(moves(t2=["return_hold"]) if returned else ())]
    assert bundled("hold_etiquette", *found, turns=turns) == verdict
    assert bundled("hold_etiquette", turns=turns) == "not_applicable"


@pytest.mark.parametrize(
    ("agent", "verdict"),
    [
        ({4: ["solve"]}, "pass"),
        ({4: ["next_step"]}, "pass"),
        ({4: ["solve"], 8: ["vague_next_step"]}, "partial"),
        ({4: ["refuse"], 6: ["alternative"]}, "pass"),
        ({4: ["refuse"]}, "partial"),
        ({4: ["refuse", "dismiss"]}, "fail"),
        ({4: ["vague_next_step"]}, "partial"),
        ({}, "fail"),
    ],
)
def test_resolution(agent: dict[int, list[str]], verdict: str) -> None:
    given = [TurnMoves(at, dict.fromkeys(names, 1.0)) for at, names in agent.items()]
    assert bundled("resolution", *given) == verdict


def test_closing_looks_at_the_end_only() -> None:
    assert bundled("closing", *moves(t8=["further_help"], t10=["goodbye"])) == "pass"
    assert bundled("closing", *moves(t10=["goodbye"])) == "partial"
    assert bundled("closing", *moves(t0=["further_help", "goodbye"])) == "fail"


def test_every_bundled_criterion_can_be_decided_on_an_empty_call() -> None:
    for item in BUNDLED.values():
        assert isinstance(item, Criterion)
        assert decide(item, (), ()).turns == ()
