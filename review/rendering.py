"""Templates, and the words that pages use for times, lengths and shares.

Everything is escaped unless it is ``Markup``; a name that is not there is an error, not a blank.
"""

from __future__ import annotations

import functools
import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline.desk.times import time_of
from review.wording import reason_words, sureness, verdict_word

ROOM = Path(__file__).parent
TEMPLATES = ROOM / "templates"
STATIC = ROOM / "static"
NONE = "\N{EN DASH}"
STEPS = ((60, "s"), (60, "min"), (24, "h"), (7, "d"))
"""Up to how many of a unit are said; longer ago a date is clearer."""


@functools.cache
def environment() -> Environment:
    """Return the one environment of all templates."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters.update(
        ago=ago,
        duration=duration,
        iso_time=iso_time,
        moment=moment,
        day=day,
        percent=percent,
        path_part=path_part,
        sureness=sureness,
        verdict_word=verdict_word,
        reason_words=reason_words,
    )
    found.globals.update(csrf_field=csrf_field, static_url=static_url)
    return found


def ago(time: datetime | str | None) -> str:
    """Return how long ago something was, such as ``5 min ago``; a date after a week."""
    if time is None:
        return "never"
    then = _time(time)
    amount = (datetime.now(UTC) - then).total_seconds()
    if amount < 45:
        return "just now" if amount > -45 else moment(then)
    for most, unit in STEPS:
        if amount < most:
            return f"{int(amount)} {unit} ago"
        amount /= most
    return day(then)


def duration(seconds: float | None) -> str:
    """Return a length as ``mm:ss``, or ``h:mm:ss`` from an hour on."""
    if seconds is None:
        return NONE
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def iso_time(time: datetime | str) -> str:
    """Return a time as machines read it, for ``<time datetime>``."""
    return _time(time).isoformat(timespec="seconds")


def moment(time: datetime | str | None) -> str:
    """Return a time as ``2 Mar 2026, 09:30 UTC``."""
    if time is None:
        return "never"
    there = _time(time).astimezone(UTC)
    return f"{there.day} {there:%b %Y, %H:%M} UTC"


def day(time: datetime | date | str | None) -> str:
    """Return a day, or the day of a time, as ``2 Mar 2026``."""
    if time is None:
        return "never"
    if isinstance(time, date) and not isinstance(time, datetime):
        there: date = time
    else:
        there = _time(time)
    return f"{there.day} {there:%b %Y}"


def percent(share: float | None) -> str:
    """Return a share as a whole percentage; never 0 % or 100 % for what is not quite."""
    if share is None:
        return NONE
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return "<1 %"
    if whole == 100 and share < 1:
        return ">99 %"
    return f"{whole} %"


def path_part(text: str) -> str:
    """Return text as one part of an address; a slash in it is quoted too."""
    return quote(text, safe="")


@pass_context
def csrf_field(context: Context) -> Markup:
    """Return the hidden field that every form that changes something needs."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(
        context["csrf_token"]
    )


@functools.cache
def static_url(name: str) -> str:
    """Return the address of a static file; another content has another address.

    Args:
        name: Path under ``review/static``; from templates only.
    """
    content = (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _time(time: datetime | str) -> datetime:
    found = time_of(time) if isinstance(time, str) else time
    return found if found.tzinfo else found.replace(tzinfo=UTC)
