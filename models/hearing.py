"""Whether the words that a verdict rests on were heard well enough to rest anything on them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Turn
from pipeline.rubric import Criterion


def heard_confidence(
    criterion: Criterion, turns: Sequence[Turn], evidence: set[int]
) -> float | None:
    """Return the mean word probability of the evidence, or of all turns of the roles without any.

    None for written calls.
    """
    matter = [t for t in turns if (t.index in evidence if evidence else t.role in criterion.roles)]
    heard = [(t.asr_confidence, max(1, len(t.words))) for t in matter]
    known = [(confidence, words) for confidence, words in heard if confidence is not None]
    if not known:
        return None
    return sum(c * words for c, words in known) / sum(words for _, words in known)
