"""What stands in the rail on the left: the pages that a user may open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.people import User, UserRole, ranks_at_least


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a place in the navigation."""

    label: str
    href: str
    icon: str
    role: UserRole
    """Who may open it: this role and the ones above."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page as the navigation shows it to one user."""

    label: str
    href: str
    icon: str
    current: bool
    count: int = 0
    """How much waits there for the user."""


@dataclass(frozen=True, slots=True)
class Group:
    """Links that belong together."""

    label: str
    links: tuple[Link, ...]


PAGES = {
    "": (
        Page("Queue", "/queue", "inbox", UserRole.REVIEWER),
        Page("My calls", "/mine", "phone", UserRole.AGENT),
    ),
    "People": (
        Page("Agents", "/agents", "headphones", UserRole.LEAD),
        Page("Teams", "/teams", "users", UserRole.LEAD),
        Page("Coaching", "/coaching", "graduation-cap", UserRole.LEAD),
        Page("Disputes", "/disputes", "gavel", UserRole.LEAD),
        Page("Releases", "/releases", "send", UserRole.LEAD),
    ),
    "Measure": (
        Page("Agreement", "/agreement", "scale", UserRole.LEAD),
        Page("Double review", "/blind", "eye-off", UserRole.LEAD),
        Page("Rubrics", "/rubrics", "list-checks", UserRole.REVIEWER),
        Page("Outcomes", "/outcomes", "target", UserRole.LEAD),
        Page("Exports", "/exports", "download", UserRole.LEAD),
    ),
    "Administer": (
        Page("Users", "/people", "shield", UserRole.ADMIN),
        Page("Audit log", "/audit", "scroll-text", UserRole.ADMIN),
        Page("Hooks", "/hooks", "webhook", UserRole.ADMIN),
    ),
}


def navigation(
    user: User, path: str, served: Collection[str], counts: Mapping[str, int]
) -> tuple[Group, ...]:
    """Return the groups of links for a user; groups without any are left out.

    Args:
        user: Who looks.
        path: Of the page they are on.
        served: Paths that there are.
        counts: How much waits for them, by page.
    """
    groups = (
        Group(
            label,
            tuple(
                Link(
                    page.label,
                    page.href,
                    page.icon,
                    _holds(page.href, path),
                    counts.get(page.href, 0),
                )
                for page in pages
                if page.href in served and ranks_at_least(user, page.role)
            ),
        )
        for label, pages in PAGES.items()
    )
    return tuple(group for group in groups if group.links)


def _holds(href: str, path: str) -> bool:
    """Return whether a path is a page or something under it; calls are found in lists."""
    if path.startswith("/calls/"):
        return href == ("/blind" if path.endswith("/blind") else "/queue")
    return path == href or path.startswith(f"{href}/")
