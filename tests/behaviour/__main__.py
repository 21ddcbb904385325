"""Judge all cases and print a table: ``python -m tests.behaviour [--write-known]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.behaviour.cases import Kind
from tests.behaviour.outcomes import KNOWN, Outcome, known_text, outcomes, read_known

KINDS: tuple[Kind, ...] = ("MFT", "INV", "DIR")


def table(found: Sequence[Outcome]) -> str:
    """Return cases and passes per criterion and kind, and under each what failed and how."""
    lines = [f"{'criterion':<24}{'kind':<6}{'cases':>6}{'passed':>8}"]
    for criterion in dict.fromkeys(outcome.case.criterion for outcome in found):
        of_criterion = [o for o in found if o.case.criterion == criterion]
        for kind in KINDS:
            lines += _row(criterion, kind, [o for o in of_criterion if o.case.kind == kind])
    lines += _row("all", "", found)[:1]
    return "\n".join(lines)


def _row(name: str, kind: str, found: Sequence[Outcome]) -> list[str]:
    failed = [outcome for outcome in found if not outcome.passed]
    head = f"{name:<24}{kind:<6}{len(found):>6}{len(found) - len(failed):>8}"
    return [head, *(f"    {outcome.case.id}: {outcome}" for outcome in failed)]


def main(arguments: Sequence[str]) -> None:
    """Print the table; with ``--write-known``, renew the list of known failures."""
    parser = argparse.ArgumentParser(prog="python -m tests.behaviour", description=__doc__)
    parser.add_argument(
        "--write-known",
        action="store_true",
        help="renew known_failures.yaml; reasons that are there are kept",
    )
    wanted = parser.parse_args(arguments)
    found = list(outcomes().values())
    sys.stdout.write(table(found) + "\n")
    if wanted.write_known:
        KNOWN.write_text(known_text(found, read_known()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
