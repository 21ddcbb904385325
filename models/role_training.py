"""Fit the weights of ``models.role_text`` on written calls with known roles.

    python -m models.role_training CALLS.jsonl…

Turns count whole and sentence by sentence, because the recogniser's turns may be either. Fitting
is deterministic; printed figures come from leaving one group of calls out (``d1``, ``t2`` …).
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.role_text import ROLES, WEIGHTS, RoleText, features, sentences
from pipeline.domain import Role

MIN_TEXTS = 4
"""Features seen in fewer texts are left out."""
STRENGTH = 0.3
"""Inverse L2 penalty; 0.1 to 1 differ by less than 0.01 in accuracy on left-out groups."""
STAGE_DIRECTION = "["

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Example:
    """One text with the role of its speaker."""

    group: str
    text: str
    first: bool
    """Whether the other side has said nothing yet."""
    role: int
    """Position in ``ROLES``."""


def read_examples(paths: Sequence[Path]) -> list[Example]:
    """Return turns, and the sentences of turns that have several, from JSONL files of calls."""
    found: list[Example] = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            call = json.loads(line)
            group = str(call["call_id"]).split("-")[0]
            spoken: set[Role] = set()
            for turn in call["turns"]:
                if turn["role"] not in ROLES or turn["text"].startswith(STAGE_DIRECTION):
                    continue
                role = ROLES.index(turn["role"])
                customer = ROLES[role] is Role.CUSTOMER
                first = (Role.AGENT if customer else Role.CUSTOMER) not in spoken
                spoken.add(ROLES[role])
                parts = list(sentences(turn["text"]))
                for text in [turn["text"], *(parts if len(parts) > 1 else ())]:
                    found.append(Example(group, text, first, role))
    return found


def fit(examples: Sequence[Example]) -> RoleText:
    """Return the model fitted on all examples, roles weighted alike."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    bags = [features(example.text, first=example.first) for example in examples]
    counts = Counter(name for bag in bags for name in bag)
    names = sorted(name for name, count in counts.items() if count >= MIN_TEXTS)
    column = {name: index for index, name in enumerate(names)}
    pairs = [(row, column[n]) for row, bag in enumerate(bags) for n in sorted(bag) if n in column]
    rows, columns = np.array(pairs).T
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(examples), len(names)))
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500)
    model.fit(matrix, np.array([example.role for example in examples]))
    weights = np.round(model.coef_, 3)
    agent, customer, system = (round(float(value), 3) for value in model.intercept_)
    return RoleText(
        {
            name: (float(weights[0, i]), float(weights[1, i]), float(weights[2, i]))
            for i, name in enumerate(names)
            if np.abs(weights[:, i]).max() >= 0.05
        },
        (agent, customer, system),
    )


def accuracy(model: RoleText, examples: Sequence[Example]) -> dict[str, float]:
    """Return recall per role, and precision of ``system``."""
    table = np.zeros((len(ROLES), len(ROLES)))
    for example in examples:
        table[
            example.role, int(np.argmax(model.log_probabilities(example.text, first=example.first)))
        ] += 1
    recall = {role.value: table[i, i] / table[i].sum() for i, role in enumerate(ROLES)}
    return {**recall, "system_precision": table[2, 2] / max(table[:, 2].sum(), 1)}


def main() -> None:
    """Fit on all calls, write the weights, log figures for groups left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    examples = read_examples(arguments.calls)
    for group in sorted({example.group for example in examples}):
        model = fit([example for example in examples if example.group != group])
        figures = accuracy(model, [example for example in examples if example.group == group])
        log.info("%s left out: %s", group, {k: round(float(v), 3) for k, v in figures.items()})
    model = fit(examples)
    arguments.out.write_text(
        json.dumps({"bias": model.bias, "weights": model.weights}, separators=(",", ":")).replace(
            '],"', '],\n"'
        )
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
