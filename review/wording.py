"""Words for values that pages show: times, lengths, probabilities, verdicts; also Jinja filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

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

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def sureness(probability: float | None) -> str:
    """Return a probability in words and figure, such as ``quite sure, 93 %``."""
    if probability is None:
        return "no probability"
    words = next((words for least, words in SURENESS if probability >= least), "a guess")
    return f"{words}, {min(99, round(probability * 100))} %"


def clock(seconds: float | None) -> str:
    """Return a position or length as ``4:05`` or ``1:02:33``; empty for None."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, rest = divmod(whole, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration(seconds: float | None) -> str:
    """Return a length in words, such as ``4 min 05 s``; a dash for None."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S:02} s"
    return f"{whole // _HOUR_S} h {whole % _HOUR_S // _MINUTE_S:02} min"


def ago(time: datetime | str, now: datetime | None = None) -> str:
    """Return how far a moment lies from now, such as ``3 h ago`` or ``in 2 days``."""
    moment_, present = _moment(time), now or datetime.now(UTC)
    seconds = (present - moment_).total_seconds()
    size = abs(seconds)
    if size < _MINUTE_S:
        return "just now" if seconds >= 0 else "in a moment"
    for least, unit_s, word in (
        (365 * _DAY_S, 365 * _DAY_S, "year"),
        (60 * _DAY_S, 30 * _DAY_S, "month"),
        (2 * _DAY_S, _DAY_S, "day"),
        (_HOUR_S, _HOUR_S, "h"),
        (_MINUTE_S, _MINUTE_S, "min"),
    ):
        if size >= least:
            count = round(size / unit_s)
            many = "s" if count != 1 and len(word) > len("min") else ""
            return f"{count} {word}{many} ago" if seconds >= 0 else f"in {count} {word}{many}"
    return "just now"


def moment(time: datetime | str | None) -> str:
    """Return a moment as ``2 Mar 2026, 09:30`` in UTC; a dash for None."""
    if time is None:
        return "–"
    told = _moment(time)
    return f"{told.day} {told:%b %Y, %H:%M}"


def iso_time(time: datetime | str) -> str:
    """Return a moment for the ``datetime`` attribute of ``<time>``."""
    return _moment(time).isoformat(timespec="seconds")


def verdict_word(verdict: Verdict | str) -> str:
    """Return a verdict as people read it."""
    return VERDICT_WORDS[Verdict(verdict)]


def reason_words(reason: Reason | str | None) -> str:
    """Return why a criterion is unscored, to follow ``because``."""
    return REASON_WORDS[Reason(reason)] if reason else "it says not why"


def _moment(time: datetime | str) -> datetime:
    told = datetime.fromisoformat(time) if isinstance(time, str) else time
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


FILTERS: Mapping[str, Callable[..., str]] = {
    "ago": ago,
    "clock": clock,
    "duration": duration,
    "iso_time": iso_time,
    "moment": moment,
    "reason_words": reason_words,
    "sureness": sureness,
    "verdict_word": verdict_word,
}
"""For ``Environment.filters``."""
