"""Judges that never saw a group of calls, trained once and shared by all benchmarks.

For each group of labels_dev (``d1`` to ``d4``) a judge is trained on labels_train and on the other
three. What was trained is kept under ``var/folds/FINGERPRINT/FOLD`` and found again as long as
nothing that training reads has changed: data, rubric, encoder, libraries, our own modules.
"""

from __future__ import annotations

import ast
import hashlib
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from models.encoder import Encoder
from models.trained import TrainedJudge, load_trained, save_trained
from models.training.__main__ import one_thread
from models.training.crossfit import Prepared, fit_judge, prepare
from models.training.labelled import data_sha256, read_labelled
from pipeline.rubric import Rubric

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "var" / "folds"
TRAINER = "models.training.crossfit"
ROOMS = ("models", "pipeline")
LIBRARIES = ("numpy", "scikit-learn", "scipy", "torch", "transformers")
"""Their versions are part of the fingerprint: another one may train another judge."""
HELD_OUT = ("d1", "d2", "d3", "d4")


@dataclass(frozen=True, slots=True)
class Fold:
    """One group held out, and a judge that was trained without it."""

    name: str
    """The group."""
    train: tuple[Prepared, ...]
    test: tuple[Prepared, ...]
    trained: TrainedJudge


def folds(
    data: Path,
    rubric: Rubric,
    encoder: Encoder,
    cache: Path | None = CACHE,
    *,
    share: float = 1.0,
    calls: Sequence[Prepared] | None = None,
) -> Iterator[Fold]:
    """Yield one fold for each held-out group; trains what is not kept yet (about a minute each).

    Args:
        data: Folder of labelled calls, as ``models.training.labelled`` reads it.
        rubric: Its criteria are learned.
        encoder: Encodes the calls.
        cache: Where trained judges are kept; None: nowhere.
        share: Of the training calls, how many to learn from: whole calls, drawn at random from
            every group, the same ones each time; a larger share holds all calls of a smaller one.
        calls: The calls of ``data`` if they are prepared already; None: prepared here.

    Raises:
        InputError: A file of ``data`` is missing.
    """
    prepared = prepare(read_labelled(data), encoder) if calls is None else tuple(calls)
    mark = fingerprint(data, rubric, encoder)
    for name in HELD_OUT:
        train = part_of([item for item in prepared if item.call.group != name], share)
        test = tuple(item for item in prepared if item.call.group == name)
        kept = None
        if cache is not None:
            kept = cache / mark / (name if share == 1 else f"{name}-{share:.0%}".rstrip("%"))
        yield Fold(name, train, test, trained_on(train, rubric, encoder, kept))


def trained_on(
    train: Sequence[Prepared], rubric: Rubric, encoder: Encoder, kept: Path | None
) -> TrainedJudge:
    """Return the judge that is kept in a folder, or train it and keep it there."""
    if kept is not None and kept.is_dir():
        return load_trained(kept)
    start = time.perf_counter()
    with one_thread():
        trained = fit_judge(train, rubric, encoder, lambda _: None)
    print(f"trained on {len(train)} calls in {time.perf_counter() - start:.0f} s", flush=True)
    if kept is None:
        return trained
    # Written beside and renamed: another benchmark never finds half a judge.
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    save_trained(trained, half)
    try:
        half.rename(kept)
    except OSError:
        if not kept.is_dir():
            raise
        shutil.rmtree(half)  # the other benchmark was faster: its judge is the same
    return load_trained(kept)


def part_of(calls: Sequence[Prepared], share: float) -> tuple[Prepared, ...]:
    """Return a share of each group's calls, in the order given.

    Which calls come first is drawn once per group from a seed, so that shares are nested.
    """
    chosen: set[str] = set()
    for group in sorted({item.call.group for item in calls}):
        own = sorted(item.call.call_id for item in calls if item.call.group == group)
        random.Random(group).shuffle(own)
        chosen |= set(own[: round(share * len(own))])
    return tuple(item for item in calls if item.call.call_id in chosen)


def fingerprint(data: Path, rubric: Rubric, encoder: Encoder) -> str:
    """Return a short hash of everything that decides what is learned."""
    digest = hashlib.sha256()
    for part in (data_sha256(data), rubric.sha256, encoder.version):
        digest.update(part.encode())
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    digest.update(SOURCES_SHA256.encode())
    return digest.hexdigest()[:16]


def sources_sha256(paths: Sequence[Path]) -> str:
    """Return one hash of the names and contents of our own modules."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def sources_of(module: str) -> tuple[Path, ...]:
    """Return the files of a module and of all modules of ours that it imports, in turn, sorted."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        path = _file_of(waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(sorted(found))


def _file_of(module: str) -> Path | None:
    """Return where a module of ours lies; None for others, and for names inside modules."""
    if module.split(".")[0] not in ROOMS:
        return None
    path = ROOT.joinpath(*module.split("."))
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in files if file.is_file()), None)


SOURCES_SHA256 = sources_sha256(sources_of(TRAINER))
"""Of the modules as they were imported; whoever edits them meanwhile does not change what runs."""
