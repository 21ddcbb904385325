"""Who is looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.people import User


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who proved who they are."""

    user: User
    csrf_token: str
    session: str | None
    """The token of their session; None where a proxy or an API token vouches."""
    via: Literal["password", "proxy", "token"]
