"""Plan a batch: which calls there are, in which files, and what a manifest says about them.

Planning reads names, manifests and the ids in transcript files, no recordings. Whatever is found
to be unreadable is planned all the same, with its problem in words, so that it is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.annotating import read_manifest, with_manifest
from pipeline.domain import PlannedInput
from pipeline.errors import InputError
from pipeline.listing import list_source
from pipeline.planning import broken, calls_in, open_file


@dataclass(frozen=True, slots=True)
class Plan:
    """What to score."""

    inputs: tuple[PlannedInput, ...]
    """The sources' calls in the order given, files of a folder by path, then the manifest's."""
    skipped: Mapping[str, int]
    """How many files in folders were left alone, by ending: they are no recordings."""


def plan(sources: Sequence[str], manifest: str | None = None) -> Plan:
    """Return the calls that sources and a manifest name; the same every time.

    Args:
        sources: Files, folders, globs or URLs. Folders are searched for recordings; transcripts
            count when they are named themselves or by a glob.
        manifest: CSV, JSON or JSONL file. Its rows name files (relative to itself), or calls among
            the sources by ``call_id``; the other columns are metadata.

    Raises:
        InputError: Nothing at all was found, or a kind of URL is not known.
        ManifestError: The manifest is not there or malformed.
        PrerequisiteError: A kind of URL needs a package that is not installed.
    """
    found: list[PlannedInput] = []
    missing: list[PlannedInput] = []
    skipped: Counter[str] = Counter()
    for source in sources:
        listing = list_source(source)
        skipped.update(listing.skipped)
        inputs = [call for path in listing.files for call in calls_in(path)]
        inputs += [broken(place, why) for place, why in listing.problems.items()]
        found += sorted(inputs, key=lambda item: (item.source, item.position or 0))
        if listing.missing:
            missing.append(broken(source, f"{_sentence(listing.missing)}."))
    rows = read_manifest(manifest) if manifest is not None else ()
    planned = _without_repeats(with_manifest(found, rows, manifest or ""))
    if not planned:
        looked_for = [item.problem for item in missing if item.problem]
        raise InputError(
            " ".join(looked_for) or "nothing to score: name a file, a folder or a glob"
        )
    return Plan(tuple(_with_own_ids([*planned, *missing])), skipped)


def open_source(planned: PlannedInput) -> BinaryIO:
    """Return the file of a planned input, open for reading from its first byte, seekable.

    Raises:
        OSError: It cannot be opened; may pass for what is behind a URL.
        InputError: The kind of URL is not known.
        PrerequisiteError: The kind of URL needs a package that is not installed.
    """
    return open_file(planned.source)


def _without_repeats(inputs: Iterable[PlannedInput]) -> list[PlannedInput]:
    """Return the inputs without those that were named twice, e.g. by a folder and by themselves."""
    return list({(item.source, item.position, item.call_id): item for item in inputs}.values())


def _with_own_ids(inputs: Iterable[PlannedInput]) -> Iterator[PlannedInput]:
    """Yield the inputs; a call id that an earlier readable one has is a problem."""
    owners: dict[str, PlannedInput] = {}
    for item in inputs:
        if item.problem is not None:
            yield item
            continue
        owner = owners.setdefault(item.call_id, item)
        if owner is not item:
            place = owner.source
            if owner.position is not None and owner.source == item.source:
                place = "an earlier line"
            problem = (
                f"Its call id is taken by {place} in the same batch: "
                "give one of them another id, e.g. in a manifest."
            )
            item = item.model_copy(update={"problem": problem})
        yield item


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
