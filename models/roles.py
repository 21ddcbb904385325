"""Which speaker is the agent, and what on the agent's side is a recorded announcement.

Decided from what is said, with ``models.role_text``: openings count double, because who answers
with a greeting is the agent. Announcements are looked for sentence by sentence and only believed
when they are clear: an agent's greeting taken for a recording would be "not heard", which is never
the same as "not done".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from models.role_text import RoleText
from pipeline.domain import Role
from pipeline.turns import SpokenWord, stretches_of

OPENING_S = 30.0
OPENING_WEIGHT = 2.0
MAX_VOTE = 3.0
"""No sentence counts for more than odds of 20 to 1."""
MIN_MARGIN = 3.0
"""With a single speaker: weaker evidence (log-odds) leaves the role unknown."""
ANNOUNCEMENT = 0.95
"""Probability from which a passage is taken for an announcement."""
MIN_ANNOUNCEMENT_WORDS = 4
BREATH_S = 0.35
"""Sentences with a shorter pause between them are one passage: said by one voice."""
NEXT_S = 1.2
INTRODUCTIONS = ("this is", "my name", "you're speaking", "you are speaking", "i'm", "i am")
"""A person who goes on with their own name within NEXT_S was not a recording before."""
ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of one speaker with hardly a pause between them."""

    words: tuple[SpokenWord, ...]
    agent: float
    customer: float
    system: float
    """Log-probabilities, mean over the sentences; ``system`` counts what opens a call for more,
    the others do not: customers sometimes speak first."""
    sentences: int
    introduced: bool = False
    """Whether the speaker goes on with their own name."""

    @property
    def vote(self) -> float:
        """Log-odds of agent against customer, bounded per sentence, weighted."""
        weight = OPENING_WEIGHT if self.words[0].word.start_s < OPENING_S else 1.0
        odds = max(-MAX_VOTE, min(MAX_VOTE, self.agent - self.customer))
        return weight * self.sentences * odds

    @property
    def announced(self) -> bool:
        """Whether this is clearly a recorded announcement."""
        clear = self.system > math.log(ANNOUNCEMENT)
        return clear and len(self.words) >= MIN_ANNOUNCEMENT_WORDS and not self.introduced


@dataclass(frozen=True, slots=True)
class Cast:
    """All words with their speakers, announcements split off as a speaker of their own."""

    words: tuple[SpokenWord, ...]
    roles: Mapping[int, Role]


def assign_roles(words: Sequence[SpokenWord], model: RoleText, agent: int | None = None) -> Cast:
    """Return the words with a role for every speaker.

    Args:
        words: All words of the call, speakers numbered from 0.
        model: What roles sound like.
        agent: The speaker who is the agent, if that is known; None: find out.
    """
    ordered = sorted(words, key=lambda spoken: spoken.word.start_s)
    by_speaker = {
        speaker: _passages(speaker, ordered, model)
        for speaker in sorted({spoken.speaker for spoken in ordered})
    }
    if agent is None:
        agent = _agent(by_speaker)
    roles = {speaker: _role(speaker, agent, by_speaker) for speaker in by_speaker}
    announcer = max(by_speaker, default=0) + 1
    # Told-apart speakers of one channel: an announcement may have gone to the customer's voice.
    one_channel = len({spoken.channel for spoken in ordered}) == 1 and len(by_speaker) > 1
    announced = {
        id(spoken)
        for speaker, said in by_speaker.items()
        if roles[speaker] is not Role.CUSTOMER or one_channel
        for passage in said
        if passage.announced
        for spoken in passage.words
    }
    return Cast(
        tuple(
            replace(spoken, speaker=announcer) if id(spoken) in announced else spoken
            for spoken in ordered
        ),
        {**roles, announcer: Role.SYSTEM},
    )


def _agent(by_speaker: Mapping[int, Sequence[Passage]]) -> int | None:
    """Return the speaker who sounds most like an agent; None if it cannot be told."""
    votes = {
        speaker: sum(passage.vote for passage in said if not passage.announced)
        for speaker, said in by_speaker.items()
    }
    if not votes:
        return None
    if len(votes) == 1:
        ((speaker, vote),) = votes.items()
        return speaker if vote > MIN_MARGIN else None
    return max(votes, key=lambda speaker: votes[speaker])


def _role(speaker: int, agent: int | None, by_speaker: Mapping[int, Sequence[Passage]]) -> Role:
    if speaker == agent:
        return Role.AGENT
    if agent is not None:
        return Role.CUSTOMER
    vote = sum(passage.vote for passage in by_speaker[speaker])
    return Role.CUSTOMER if vote < -MIN_MARGIN else Role.UNKNOWN


def _passages(speaker: int, ordered: Sequence[SpokenWord], model: RoleText) -> list[Passage]:
    first_other_s = min(
        (spoken.word.start_s for spoken in ordered if spoken.speaker != speaker), default=math.inf
    )
    passages: list[Passage] = []
    for stretch in stretches_of(speaker, ordered):
        for part in _split(stretch):
            first = part[0][0].word.start_s < first_other_s
            texts = [" ".join(spoken.word.text for spoken in sentence) for sentence in part]
            agent, customer, _ = _mean(model, texts, first=False)
            system = _mean(model, texts, first=first)[2]
            words = tuple(spoken for sentence in part for spoken in sentence)
            passages.append(Passage(words, agent, customer, system, len(part)))
    return [
        replace(passage, introduced=_introduced(passage, after))
        for passage, after in zip(passages, [*passages[1:], None], strict=True)
    ]


def _introduced(passage: Passage, after: Passage | None) -> bool:
    if after is None:
        return False
    pause_s = after.words[0].word.start_s - passage.words[-1].word.end_s
    opening = " ".join(spoken.word.text for spoken in after.words[:3]).lower()
    return pause_s < NEXT_S and opening.startswith(INTRODUCTIONS)


def _mean(model: RoleText, texts: Sequence[str], *, first: bool) -> tuple[float, float, float]:
    """Return the mean log-probability of each of ``ROLES`` over some sentences."""
    logs = [model.log_probabilities(text, first=first) for text in texts]
    agent, customer, system = (sum(values) / len(logs) for values in zip(*logs, strict=True))
    return agent, customer, system


def _split(stretch: Sequence[SpokenWord]) -> list[list[list[SpokenWord]]]:
    """Return the sentences of a stretch, grouped where there is hardly a pause between them."""
    groups: list[list[list[SpokenWord]]] = []
    before: SpokenWord | None = None
    for spoken in stretch:
        if before is None or not before.word.text.endswith(ENDS):
            fresh = before is None
        elif spoken.word.start_s - before.word.end_s < BREATH_S:
            groups[-1].append([])
            fresh = False
        else:
            fresh = True
        if fresh:
            groups.append([[]])
        groups[-1][-1].append(spoken)
        before = spoken
    return groups
