"""The scheduled deployment ``nightly``: what is new in some folders is scored every night.

Each run is a process of its own, so a crash of one night does not end the next.
See docs/operations.md for how to keep it running.
"""

from __future__ import annotations

from pathlib import Path

from prefect import flow
from prefect.schedules import Cron

from flows.score import score
from flows.summary import speed_line
from pipeline.settings import Settings


@flow(name="nightly")
def nightly(sources: list[str], manifest: str | None = None, store: str | None = None) -> str:
    """Score what is new in the sources and return counts and speed in one line.

    Where and how to run comes from the ``CALLQA_*`` variables of the process that runs it.

    Args:
        sources: Files, folders, globs or URLs.
        manifest: Metadata per call.
        store: Store URL; None: as the environment says.
    """
    settings = Settings() if store is None else Settings(store=store)
    return speed_line(score(sources, settings, manifest=manifest))


def serve(
    sources: list[str], *, manifest: Path | None, store: Path, cron: str, timezone: str
) -> None:
    """Register the deployment with Prefect's server and run it on time, until Ctrl-C or SIGTERM.

    Args:
        sources: Files, folders, globs or URLs; made absolute, for a run may start elsewhere.
        manifest: Metadata per call.
        store: The store's file.
        cron: When, as a cron line.
        timezone: Time zone of the cron line.
    """
    places = [
        source if "://" in source else str(Path(source).expanduser().absolute())
        for source in sources
    ]
    nightly.serve(
        name="nightly",
        schedule=Cron(cron, timezone=timezone),
        parameters={
            "sources": places,
            "manifest": None if manifest is None else str(manifest.absolute()),
            "store": str(store.absolute()),
        },
        print_starting_message=False,
    )
