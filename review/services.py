"""What the review app works with; made where it is served, never inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pipeline.desk import Desk
from pipeline.desk.passwords import Passwords
from pipeline.ports import Judge, SoundReader
from pipeline.settings import Settings
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that pages need from outside."""

    settings: Settings
    store: Store
    desk: Desk
    judge: Callable[[], Judge] | None = None
    """Loads the models on the first call; None: rubrics cannot be tried out here."""
    sound: SoundReader | None = None
    """None: recordings that browsers do not play as they are cannot be heard here."""
    passwords: Passwords = field(default_factory=Passwords)
