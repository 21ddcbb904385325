"""Find the names that calls contain with spaCy: what ``people.yaml`` was begun from.

    python -m benchmarks.counterfactuals.found MODEL_FOLDER [--show]

MODEL_FOLDER is an unpacked ``en_core_web_sm`` (3.8.0). Says how many mentions of the people in
``people.yaml``, which was completed by reading, spaCy finds by itself, and how many other things it
takes for people; ``--show`` prints every turn with a name for reading. Writes
benchmarks/results/counterfactual_names.json.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.counterfactuals.people import HERE, speakers
from benchmarks.stamp import Stamp, stamp
from models.training.labelled import LabelledCall, read_labelled
from pipeline.domain import Record

RESULTS = HERE.parent / "results" / "counterfactual_names.json"


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    calls: int
    mentions: int
    """Of people in ``people.yaml``, a first name and a surname counted each."""
    found_as_person: float
    """Share of the mentions inside something that spaCy takes for a person."""
    found_as_anything: float
    """Share inside any entity: Niamh the organisation, Rafael the place."""
    persons_found: int
    """Things that spaCy takes for people."""
    persons_right: float
    """Share of them with a listed name in it; the others are third parties, firms, streets."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, default=HERE.parent / "data")
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    import spacy

    nlp = spacy.load(args.model)
    calls = read_labelled(args.data, ["dev"])
    hits, kinds, persons = [], [], []
    for call in calls:
        for index, spans, entities in read(call, nlp):
            covers = [[(a, b) for a, b, kind in entities if kind == "PERSON"]]
            covers.append([(a, b) for a, b, _ in entities])
            hits += [any(a <= at < b for a, b in covers[0]) for at in spans]
            kinds += [any(a <= at < b for a, b in covers[1]) for at in spans]
            persons += [any(a <= at < b for at in spans) for a, b in covers[0]]
            if args.show and (spans or entities):
                print(call.call_id, index, call.turns[index].text, entities)
    report = Report(
        stamp=stamp("spacy"),
        calls=len(calls),
        mentions=len(hits),
        found_as_person=round(sum(hits) / len(hits), 3),
        found_as_anything=round(sum(kinds) / len(kinds), 3),
        persons_found=len(persons),
        persons_right=round(sum(persons) / len(persons), 3),
    )
    print(report.model_dump_json(indent=1, exclude={"stamp"}))
    RESULTS.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read(
    call: LabelledCall, nlp: Any
) -> Iterator[tuple[int, list[int], list[tuple[int, int, str]]]]:
    """Yield per turn: its index, where listed names start, and spaCy's entities.

    Args:
        call: Any.
        nlp: A spaCy pipeline; Any: it publishes no types here.
    """
    people = speakers().get(call.call_id)
    named = (*people.agents, *filter(None, [people.customer])) if people else ()
    names = [name for person in named for name in (person.first, person.last) if name]
    pattern = re.compile("|".join(rf"\b{re.escape(n)}\b" for n in names) or r"(?!)", re.I)
    for turn in call.turns:
        spans = [match.start() for match in pattern.finditer(turn.text)]
        entities = [(e.start_char, e.end_char, e.label_) for e in nlp(turn.text).ents]
        yield turn.index, spans, entities


if __name__ == "__main__":
    main()
