"""Ordinary sentences: what a resemblance to an example has to stand out from.

``example_background.jsonl`` holds some sentences of each group of the labelled calls and of each
role. They are text rather than vectors, so that they stay true to any encoder; they are encoded
when the first criterion is judged by its examples (about two seconds).

Written by ``python -m models.example_background --data benchmarks/data``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.example_sentences import EncodedSentences, compared_spans, encode_words, joined
from pipeline.domain import Role

FILE = Path(__file__).with_suffix(".jsonl")
PER_GROUP = 40
"""Sentences of each role and group. A third of it made no difference on groups t1 to t4."""
ROLES = (Role.AGENT, Role.CUSTOMER)
SEED = 0


@dataclass(frozen=True, slots=True)
class OrdinarySentence:
    """One sentence of a labelled call, whatever it says."""

    group: str
    """The call's domain group, so that it can be left out."""
    role: Role
    text: str


class Background:
    """Ordinary sentences, encoded at first use.

    Args:
        encoder: The one that examples and calls are encoded with.
        sentences: At least one of each role.
    """

    def __init__(self, encoder: Encoder, sentences: Sequence[OrdinarySentence]) -> None:
        self._encoder = encoder
        self.sentences = tuple(sentences)
        self._by_role: dict[Role, EncodedSentences] = {}

    def without(self, group: str) -> Background:
        """Return the background without one group, for measuring on that group."""
        rest = Background(self._encoder, [s for s in self.sentences if s.group != group])
        for role in ROLES:
            own = [s for s in self.sentences if s.role is role]
            kept = [at for at, s in enumerate(own) if s.group != group]
            rest._by_role[role] = self.of((role,)).rows(kept)
        return rest

    def of(self, roles: Iterable[Role]) -> EncodedSentences:
        """Return the sentences of the roles; of all if there are none (a system's, say)."""
        wanted = [role for role in ROLES if role in set(roles)] or list(ROLES)
        for role in wanted:
            if role not in self._by_role:
                texts = [s.text for s in self.sentences if s.role is role]
                self._by_role[role] = encode_words(self._encoder, texts)
        return joined([self._by_role[role] for role in wanted])

    @cached_property
    def rarity(self) -> Mapping[int, float]:
        """How much each word piece tells: the logarithm of one in how many sentences has it.

        Inverse document frequency, Sparck Jones 1972 (doi:10.1108/eb026526). Pieces that no
        sentence has are not in it; see ``weights``.
        """
        seen: dict[int, int] = {}
        for tokens in self._token_sets():
            for piece in tokens:
                seen[piece] = seen.get(piece, 0) + 1
        return {piece: self._rarity(count) for piece, count in seen.items()}

    def weights(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32, shape (words,): the share of each word piece in a text; they sum to 1."""
        unseen = self._rarity(0)
        told = np.array([self.rarity.get(int(piece), unseen) for piece in tokens])
        return np.asarray(told / max(told.sum(), 1e-9), dtype=np.float32)

    def _rarity(self, count: int) -> float:
        return float(np.log((len(self.sentences) + 1) / (count + 1)))

    def _token_sets(self) -> Iterable[set[int]]:
        tokenizer = self._encoder._parts.tokenizer
        return (set(tokenizer.encode(s.text).ids[1:-1]) for s in self.sentences)


def bundled_background(encoder: Encoder) -> Background:
    """Return the ordinary sentences that come with callqa; nothing is encoded yet."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return Background(
        encoder, [OrdinarySentence(row["group"], Role(row["role"]), row["text"]) for row in rows]
    )


def drawn(data: Path, sets: Sequence[str] = ("train", "dev")) -> list[OrdinarySentence]:
    """Return sentences drawn from the calls of a folder, the same every time.

    Args:
        data: Holds ``calls_SET.jsonl`` for each set; labels are not looked at.
        sets: Which sets.
    """
    found: dict[tuple[str, Role], list[str]] = {}
    for name in sets:
        with (data / f"calls_{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                call = json.loads(line)
                group = call["call_id"].split("-")[0]
                for turn in call["turns"]:
                    if turn["role"] in ROLES and turn["text"].strip():
                        spans = compared_spans(turn["text"])
                        texts = [turn["text"][start:end] for start, end in spans]
                        found.setdefault((group, Role(turn["role"])), []).extend(texts)
    rng = random.Random(SEED)
    return [
        OrdinarySentence(group, role, text)
        for (group, role), texts in sorted(found.items())
        for text in sorted(rng.sample(texts, min(PER_GROUP, len(texts))))
    ]


def main() -> None:
    """Draw the sentences and write them beside this module."""
    parser = argparse.ArgumentParser(prog="python -m models.example_background")
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    args = parser.parse_args()
    with FILE.open("w", encoding="utf-8") as lines:
        for item in drawn(args.data):
            row = {"group": item.group, "role": item.role, "text": item.text}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
