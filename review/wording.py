"""Words for what was judged: verdicts, how sure the machine is, why it could not say."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain import Reason, Verdict

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.PASS: "Pass",
    Verdict.PARTIAL: "Partial",
    Verdict.FAIL: "Fail",
    Verdict.NOT_APPLICABLE: "Not applicable",
    Verdict.UNSCORED: "Unscored",
}
REASON_WORDS: Mapping[Reason, str] = {
    Reason.LOW_ASR_CONFIDENCE: "the words were not heard clearly enough",
    Reason.NO_AGENT_CHANNEL: "nobody could be told to be the agent",
    Reason.MODEL_ABSTAINED: "the machine was not sure enough to say",
    Reason.LANGUAGE_NOT_COVERED: "the rubric is not made for this language",
    Reason.NO_SPEECH: "there is no speech to judge",
    Reason.ERROR: "judging it failed",
}
SURENESS = ((0.95, "very sure"), (0.85, "quite sure"), (0.7, "fairly sure"), (0.55, "not sure"))
"""From this probability on, in these words; below the last one it is a guess."""


def sureness(probability: float | None) -> str:
    """Return a probability in words and figure, such as ``quite sure, 93 %``."""
    if probability is None:
        return "no probability"
    words = next((words for least, words in SURENESS if probability >= least), "a guess")
    return f"{words}, {min(99, round(probability * 100))} %"


def verdict_word(verdict: Verdict | str) -> str:
    """Return a verdict as people read it."""
    return VERDICT_WORDS[Verdict(verdict)]


def reason_words(reason: Reason | str | None) -> str:
    """Return why a criterion is unscored, to follow ``because``."""
    return REASON_WORDS[Reason(reason)] if reason else "no reason was given"
