"""Write the figures of the model cards in models/cards from what was measured and what is stored.

Run: make docs. Words are written by hand; what stands between marks is not. A figure whose file is
not there is named as missing, on the page and here. A test compares the pages with all sources.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import card_notes as notes
import card_tables as tables
from accuracy_tables import table
from card_results import Results, read_results
from filling import filled

from models.card_facts import facts_of
from models.card_reading import CARDS, Card, read_cards
from models.head_facts import HeadsFacts, heads_facts
from models.in_force import in_force
from models.training.labelled import LabelledCall, data_sha256, read_labelled
from models.withholding import Withholding
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings
from tests.behaviour.cases import SENTIMENT, Case, read_cases
from tests.behaviour.outcomes import read_known

DATA = Path(__file__).parents[1] / "benchmarks" / "data"
ROLE_TEXT_GROUPS = ("t1", "t2", "t3", "t4")
"""What models/role_text.json was fitted on; see docs/decisions/0010-speech.md."""
STATED_ERROR: float = Settings.model_fields["stated_error"].default


@dataclass(frozen=True, slots=True)
class Sources:
    """All that the cards are filled from."""

    results: Results
    heads: HeadsFacts
    calls: Sequence[LabelledCall]
    data_sha256: str
    """Of the labelled calls as they are now."""
    cases: Sequence[Case]
    known: Mapping[str, str]


def read_sources(results: Path | None = None) -> Sources:
    """Return everything, from another folder of results if one is given."""
    return Sources(
        results=read_results() if results is None else read_results(results),
        heads=heads_facts(),
        calls=read_labelled(DATA),
        data_sha256=data_sha256(DATA),
        cases=read_cases(),
        known=read_known(),
    )


def parts(card: Card, sources: Sources) -> Mapping[str, str]:
    """Return what stands between each pair of marks of a card, by the name of the marks."""
    own = {"facts": notes.facts_table(facts_of(card))}
    results = sources.results
    match card.head.name:
        case "criteria":
            own |= _criteria(sources)
        case "turns":
            own |= _turns(sources)
        case "role-text":
            own |= {"data": role_text_data(), "heard": results.verdicts.told(tables.heard)}
        case "whisper-base":
            own |= {"words": results.words.told(notes.words)}
    return own


def _criteria(sources: Sources) -> dict[str, str]:
    results = sources.results
    made = sources.heads.made
    verdicts = results.verdicts
    return {
        "data": data(sources),
        "measured": verdicts.told(lambda found: tables.measured(found, made)),
        "figures": verdicts.told(tables.figures),
        "withholding": verdicts.told(tables.withholding),
        "heard": verdicts.told(tables.heard),
        "altered": verdicts.told(tables.altered),
        "flips": results.flips.told(tables.flips),
        "checklist": notes.checklist(sources.cases, sources.known),
        "untrained": _untrained(sources),
        **{name: criterion(name, sources) for name in sources.heads.heads},
    }


def _turns(sources: Sources) -> dict[str, str]:
    results = sources.results
    version = sources.heads.version
    return {
        "labels": notes.labels_table(sources.heads.labels),
        "data": data(sources),
        "sentiment": results.verdicts.told(notes.sentiment),
        "outside": results.outside.told(lambda found: notes.outside(found, version)),
        "flips": results.flips.told(tables.sentiment_flips),
        "rules": results.rules.told(notes.rules),
        "checklist": notes.failures(SENTIMENT, sources.cases, sources.known),
    }


def data(sources: Sources) -> str:
    """Return what the shipped heads were trained on, by their own word."""
    made = sources.heads.made
    if made is None:
        return (
            "**Missing: the files do not say what they were trained on.** They were made before "
            "callqa stored it; `python -m models.training` makes them anew."
        )
    counted = Counter(call.group for call in sources.calls)
    if made.data_sha256 == sources.data_sha256:
        split = ", ".join(f"{group} {counted[group]}" for group in made.groups)
        same = f"That is what lies in `benchmarks/data` (calls by group: {split})."
    else:
        same = f"**What lies in `benchmarks/data` now is other data:** `{sources.data_sha256}`."
    return (
        table(
            ("", ""),
            [
                ("calls", str(made.calls)),
                ("groups of domains", ", ".join(made.groups)),
                ("SHA-256 of the data", f"`{made.data_sha256}`"),
                ("rubric", made.rubric),
            ],
        )
        + f"\n\n{same}"
    )


def criterion(name: str, sources: Sources) -> str:
    """Return all figures of one criterion."""
    results, head = sources.results, sources.heads.heads[name]
    found = results.verdicts.figures
    rows = [("figures", results.verdicts.told(lambda _: "", brief=True))]
    if found is not None and name in found.nothing_withheld.criteria:
        rows = tables.criterion_figures(name, found)
    told = results.flips.told(lambda flips: tables.criterion_flips(name, flips), brief=True)
    rubric = load_rubric(bundled_rubric_path())
    force = in_force(sources.heads, rubric, Withholding(STATED_ERROR))
    in_rubric = next((row for row in force if row.criterion == name), None)
    return "\n\n".join(
        [
            tables.NO_PERSON,
            table(("", ""), [*rows, ("flips if what must not matter changes", told)]),
            _learned(name, sources),
            "The bundled rubric does not ask this any more."
            if in_rubric is None
            else tables.threshold(in_rubric, STATED_ERROR),
            tables.risk_table(head.probability),
            notes.failures(name, sources.cases, sources.known),
        ]
    )


def _learned(name: str, sources: Sources) -> str:
    """Return how many calls had which label."""
    made = sources.heads.made
    if made is None or made.data_sha256 != sources.data_sha256:
        return "How many calls had which label is not known: they are not in `benchmarks/data`."
    counted = Counter(call.verdicts[name] for call in sources.calls if name in call.verdicts)
    order = sources.heads.heads[name].verdicts
    told = ", ".join(f"{verdict.replace('_', ' ')} {counted[verdict]}" for verdict in order)
    return f"Labels that it learned from: {told}."


def _untrained(sources: Sources) -> str:
    heads = sources.heads
    return "\n\n".join(
        f"By {how}, on training calls:\n\n{tables.risk_table(fit)}"
        for how, fit in (("rule", heads.rule), ("examples", heads.examples))
    )


def role_text_data() -> str:
    """Return which lines of the labelled calls models/role_text.json was fitted on."""
    lines = (DATA / "calls_train.jsonl").read_bytes().splitlines(keepends=True)
    own = [line for line in lines if line.startswith(_of_groups(ROLE_TEXT_GROUPS))]
    digest = hashlib.sha256(b"".join(own)).hexdigest()
    return (
        f"{len(own)} written English calls of groups {', '.join(ROLE_TEXT_GROUPS)}: their lines of "
        f"`benchmarks/data/calls_train.jsonl` have SHA-256 `{digest}`."
    )


def _of_groups(groups: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(f'{{"call_id": "{group}-'.encode() for group in groups)


def main() -> None:
    """Fill every card; say what is missing."""
    sources = read_sources()
    for card in read_cards():
        path = CARDS / f"{card.head.name}.md"
        written = path.read_text(encoding="utf-8")
        path.write_text(filled(written, parts(card, sources)), encoding="utf-8")
    for sentence in sources.results.missing:
        sys.stderr.write(f"missing on the model cards: {sentence}\n")


if __name__ == "__main__":
    main()
