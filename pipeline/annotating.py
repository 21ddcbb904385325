"""Put a manifest beside what the sources hold: which files there are, who the agent was, when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.domain import PlannedInput
from pipeline.errors import ManifestError
from pipeline.listing import URL, ending, filesystem, is_local, list_source, stem
from pipeline.manifest import ManifestRow, parse_manifest
from pipeline.metadata import merged
from pipeline.planning import broken, calls_in, open_file


def read_manifest(manifest: str) -> tuple[ManifestRow, ...]:
    """Return the rows of a manifest at a path or URL.

    Raises:
        ManifestError: It cannot be read or is malformed.
    """
    name = stem(manifest) + f".{ending(manifest)}" if ending(manifest) else stem(manifest)
    try:
        with open_file(manifest) as stream:
            return parse_manifest(stream.read(), name)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ManifestError(f"the manifest {manifest} cannot be read: {why}") from error


def with_manifest(
    found: Sequence[PlannedInput], rows: Sequence[ManifestRow], manifest: str
) -> Iterator[PlannedInput]:
    """Yield the calls of the sources, with what the manifest says, then the manifest's own."""
    located = [(row, _located(row.path, manifest) if row.path else None) for row in rows]
    by_path = {path: row for row, path in located if path}
    by_id = {row.call_id: row for row in rows if row.call_id and not row.path}
    used: set[str] = set()
    for item in found:
        about = by_path.get(item.source) or by_id.get(item.call_id)
        if about is not None:
            used.add(about.place)
            item = _told(item, about)
        yield item
    for row, path in located:
        if row.place not in used:
            yield from _calls_of_row(row, path, manifest)


def _calls_of_row(row: ManifestRow, path: str | None, manifest: str) -> Iterator[PlannedInput]:
    if path is None:
        why = row.problem or f"{row.place} has no path, and no source has the call id it names."
        item = broken(f"{manifest}#{row.place}", why)
        yield item.model_copy(update={"call_id": row.call_id or row.place})
        return
    problem = row.problem or _problem_at(path, row)
    if problem is not None:
        yield _told(broken(path, problem), row)
        return
    for item in calls_in(path):
        yield _told(item, row)


def _problem_at(path: str, row: ManifestRow) -> str | None:
    """Return why a manifest's file cannot be read; None if it can, as far as one can tell.

    What is behind a URL is found out when it is read: a thousand rows would be a thousand requests.
    """
    if URL.match(path):
        return None
    listing = list_source(path)
    if listing.files == [path]:
        return None
    return listing.problems.get(path, f"There is no file {path} ({row.place}).")


def _told(item: PlannedInput, row: ManifestRow) -> PlannedInput:
    """Return an input with what a manifest's row says about it."""
    call_id = row.call_id if row.call_id and item.position is None else item.call_id
    return item.model_copy(
        update={
            "call_id": call_id,
            "metadata": merged(item.metadata, row.metadata),
            "problem": item.problem or row.problem,
        }
    )


def _located(path: str, manifest: str) -> str:
    """Return where a manifest's path points: relative ones are relative to the manifest."""
    if URL.match(path):
        system, there = filesystem(path)
        return there if is_local(system) else str(system.unstrip_protocol(there))
    system, own = filesystem(manifest)
    folder = (own if is_local(system) else manifest).rpartition("/")[0]
    if not is_local(system):
        return f"{folder}/{path}"
    return filesystem(path if path[0] in "/~" else f"{folder}/{path}")[1]
