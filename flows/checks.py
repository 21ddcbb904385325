"""Is this machine ready? One function per thing that can be wrong."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Literal

from pipeline.domain import Record
from pipeline.errors import CallQAError
from pipeline.settings import Settings

NEEDED_MEMORY_GB = 4.0
"""Whisper base with two channels, the encoder and Prefect; docs/operations.md has the figures."""
NEEDED_DISK_GB = 2.0


class Check(Record):
    """One thing that was looked at."""

    what: str
    state: Literal["fine", "note", "wrong"]
    found: str
    remedy: str | None = None
    """What to do; None when there is nothing to do."""


def examine(settings: Settings) -> tuple[Check, ...]:
    """Return everything that was checked; nothing is changed, nothing heavy is loaded."""
    return (
        _python(),
        _packages(),
        *_weights(settings),
        _judge(settings),
        _store(settings),
        _memory(),
        _disk(settings.weights),
        _prefect(),
    )


def _python() -> Check:
    version = sys.version_info
    found = f"{version.major}.{version.minor}.{version.micro} at {sys.prefix}"
    return Check(what="Python", state="fine", found=found)


def _packages() -> Check:
    """Compare what is installed with what callqa's metadata asks for."""
    from packaging.requirements import Requirement

    problems = []
    for line in metadata.requires("callqa") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            problems.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            problems.append(f"{requirement.name} is {version}, not {requirement.specifier}")
    if not problems:
        return Check(what="packages", state="fine", found="all there")
    return Check(
        what="packages",
        state="wrong",
        found="; ".join(problems),
        remedy="make setup, or pip install --constraint constraints.txt callqa",
    )


def _weights(settings: Settings) -> tuple[Check, ...]:
    from models.weights import status

    checks = []
    for asset in status(settings.weights):
        what = f"weights {asset.name}"
        if asset.state == "ready":
            checks.append(Check(what=what, state="fine", found=asset.folder))
        else:
            remedy = f"callqa weights fetch {asset.name}"
            checks.append(Check(what=what, state="wrong", found=asset.state, remedy=remedy))
    return tuple(checks)


def _judge(settings: Settings) -> Check:
    from flows.wiring import engines

    try:
        made = engines(settings)
        found = f"{made.rubric.id} version {made.rubric.version}, {len(made.judge.versions)} models"
    except CallQAError as error:
        return Check(what="rubric and models", state="wrong", found=str(error), remedy="see left")
    return Check(what="rubric and models", state="fine", found=found)


def _store(settings: Settings) -> Check:
    from flows.wiring import open_store

    if not Path(settings.store).exists():
        return Check(
            what="store",
            state="note",
            found=f"{settings.store} is not there yet",
            remedy="callqa score makes it",
        )
    try:
        calls = sum(1 for _row in open_store(settings).export("calls"))
    except CallQAError as error:
        return Check(
            what="store",
            state="wrong",
            found=str(error),
            remedy="name another with --store, or wait until the other process is done",
        )
    return Check(what="store", state="fine", found=f"{settings.store}: {calls} calls")


def _memory() -> Check:
    """Look at the machine's memory where the system tells it."""
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return Check(what="memory", state="note", found="not known on this system")
    total_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    found = f"{total_gb:.1f} GB, {os.cpu_count()} cores"
    if total_gb >= NEEDED_MEMORY_GB:
        return Check(what="memory", state="fine", found=found)
    return Check(
        what="memory",
        state="note",
        found=found,
        remedy="use a smaller recogniser: CALLQA_ASR_MODEL=whisper-tiny.en (English only)",
    )


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    found = f"{free_gb:.1f} GB free at {existing}"
    if free_gb >= NEEDED_DISK_GB:
        return Check(what="disk", state="fine", found=found)
    return Check(what="disk", state="note", found=found, remedy="make room for weights and stores")


def _prefect() -> Check:
    from flows import engine

    try:
        url = engine.ready()
    except CallQAError as error:
        return Check(what="Prefect", state="wrong", found=str(error), remedy="see left")
    kind = "a local server, started when needed" if engine.is_local() else f"the server at {url}"
    return Check(what="Prefect", state="fine", found=f"{metadata.version('prefect')}, {kind}")
