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

from models.role_text import ROLES, RoleText
from pipeline.domain import Role
from pipeline.turns import SpokenWord, stretches_of

OPENING_S = 30.0
OPENING_WEIGHT = 2.0
MAX_VOTE = 3.0
"""No sentence counts for more than odds of 20 to 1."""
MIN_MARGIN = 1.0
"""With a single speaker: weaker evidence (log-odds) leaves the role unknown."""
ANNOUNCEMENT = 0.9
"""Probability at which a run of sentences is taken for an announcement."""
MIN_ANNOUNCEMENT_WORDS = 4
ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Consecutive words of one speaker up to a full stop or the end of a stretch."""

    words: tuple[SpokenWord, ...]
    agent: float
    customer: float
    system: float
    """Log-probabilities."""

    @property
    def start_s(self) -> float:
        """Start of the first word."""
        return self.words[0].word.start_s

    @property
    def vote(self) -> float:
        """Log-odds of agent against customer, bounded, weighted."""
        weight = OPENING_WEIGHT if self.start_s < OPENING_S else 1.0
        return weight * max(-MAX_VOTE, min(MAX_VOTE, self.agent - self.customer))

    @property
    def announced(self) -> bool:
        """Whether this is clearly a recorded announcement."""
        return self.system > math.log(ANNOUNCEMENT) and len(self.words) >= MIN_ANNOUNCEMENT_WORDS


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
        speaker: _sentences(speaker, ordered, model)
        for speaker in sorted({spoken.speaker for spoken in ordered})
    }
    if agent is None:
        agent = _agent(by_speaker)
    roles = {speaker: _role(speaker, agent, by_speaker) for speaker in by_speaker}
    announcer = max(by_speaker, default=0) + 1
    announced = {
        id(spoken)
        for speaker, said in by_speaker.items()
        if roles[speaker] is not Role.CUSTOMER
        for sentence in said
        if sentence.announced
        for spoken in sentence.words
    }
    return Cast(
        tuple(
            replace(spoken, speaker=announcer) if id(spoken) in announced else spoken
            for spoken in ordered
        ),
        {**roles, announcer: Role.SYSTEM},
    )


def _agent(by_speaker: Mapping[int, Sequence[Sentence]]) -> int | None:
    """Return the speaker who sounds most like an agent; None if it cannot be told."""
    votes = {
        speaker: sum(sentence.vote for sentence in said if not sentence.announced)
        for speaker, said in by_speaker.items()
    }
    if not votes:
        return None
    if len(votes) == 1:
        ((speaker, vote),) = votes.items()
        return speaker if vote > MIN_MARGIN else None
    return max(votes, key=lambda speaker: votes[speaker])


def _role(speaker: int, agent: int | None, by_speaker: Mapping[int, Sequence[Sentence]]) -> Role:
    if speaker == agent:
        return Role.AGENT
    if agent is not None:
        return Role.CUSTOMER
    vote = sum(sentence.vote for sentence in by_speaker[speaker])
    return Role.CUSTOMER if vote < -MIN_MARGIN else Role.UNKNOWN


def _sentences(speaker: int, ordered: Sequence[SpokenWord], model: RoleText) -> list[Sentence]:
    found: list[Sentence] = []
    for stretch in stretches_of(speaker, ordered):
        current: list[SpokenWord] = []
        for spoken in stretch:
            current.append(spoken)
            if spoken.word.text.endswith(ENDS) or spoken is stretch[-1]:
                text = " ".join(said.word.text for said in current)
                logs = dict(zip(ROLES, model.log_probabilities(text), strict=True))
                found.append(
                    Sentence(
                        tuple(current), logs[Role.AGENT], logs[Role.CUSTOMER], logs[Role.SYSTEM]
                    )
                )
                current = []
    return found
