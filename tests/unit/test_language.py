"""Noisy English stays English; another language is told only with confidence."""

from __future__ import annotations

import pytest

from pipeline.language import language_of

NOISY = (
    "yeah hi um i got the new sim in the post and uh its just sitting there saying no service "
    "[hold] okay its going off right back on oh there we go ive got bars"
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NOISY, "en"),
        (NOISY.upper(), "en"),
        ("ok so uh my um router it it keeps it keeps dropping you know every every evening", "en"),
        ("Thanks, I'm Dana. Your order Nr. 4711-B went to Köln, c/o Zoë Müller, on Friday.", "en"),
        ("Guten Tag, hier ist Dana vom Kundenservice, wie kann ich Ihnen helfen?", "de"),
        ("Buenos días, gracias por llamar, ¿en qué puedo ayudarle con su factura?", "es"),
        ("hallo ik bel over mijn factuur die klopt niet kunt u mij helpen alstublieft", "nl"),
        ("您好 感谢您致电客服中心 请问有什么可以帮您 我的账单不对", "zh"),
    ],
)
def test_the_language_of_a_call_is_told(text: str, code: str) -> None:
    told = language_of(text)
    assert told is not None and told.code == code
    assert 0.9 <= told.probability <= 1


@pytest.mark.parametrize("text", ["", "Hola, sí.", "ok thanks bye", "123 456 789 " * 20, "[hold]"])
def test_too_little_text_tells_nothing(text: str) -> None:
    assert language_of(text) is None


def test_what_is_between_two_languages_is_not_told() -> None:
    assert language_of("hola si es que no funciona la cosa no va no va la cosa no no va") is None


def test_one_foreign_name_in_a_long_call_changes_nothing() -> None:
    told = language_of(NOISY + " my name is Szczepan Brzęczyszczykiewicz from Łękołody " + NOISY)
    assert told is not None and told.code == "en"
