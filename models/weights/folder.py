"""Where weights lie on this machine, and whether they are whole."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from models.weights.assets import CATALOGUE, Asset, AssetFile, find_asset, load_assets
from pipeline.domain import Record
from pipeline.errors import PrerequisiteError

CHUNK_BYTES = 1 << 20


class FileStatus(Record):
    """One file of an asset as it lies in the asset's folder."""

    path: str
    size_bytes: int
    sha256: str
    problem: str | None = None
    """What is wrong with it, in words; None: nothing."""


class AssetStatus(Record):
    """One asset and what is there of it; a row of ``callqa weights list --json``."""

    name: str
    role: str
    source: str
    revision: str
    licence: str
    sha256: str
    """SHA-256 of the file that holds the weights (the one at ``path``)."""
    size_bytes: int
    """Of all files together."""
    state: Literal["ready", "missing", "damaged"]
    """``ready`` is judged by names and sizes, or by checksums where those were asked for."""
    path: str | None = None
    """The file that holds the weights; None until the asset is ready."""
    folder: str
    """Where the files lie or will lie."""
    files: tuple[FileStatus, ...]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hex, reading a megabyte at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def file_problem(folder: Path, file: AssetFile, *, checksum: bool) -> str | None:
    """Return what is wrong with one kept file, in words; None if nothing is.

    Args:
        folder: The asset's folder.
        file: What should lie there.
        checksum: Also read the whole file; otherwise only its size is looked at.
    """
    path = folder / file.kept
    if not path.is_file():
        return "missing"
    found = path.stat().st_size
    if found != file.kept_size_bytes:
        return f"has {found} bytes, expected {file.kept_size_bytes}"
    if checksum and (digest := file_sha256(path)) != file.kept_sha256:
        return f"has sha256 {digest}, expected {file.kept_sha256}"
    return None


def asset_status(root: Path, asset: Asset, *, checksum: bool = False) -> AssetStatus:
    """Return what is there of one asset under ``root``."""
    folder = root / asset.name
    files = tuple(
        FileStatus(
            path=file.kept,
            size_bytes=file.kept_size_bytes,
            sha256=file.kept_sha256,
            problem=file_problem(folder, file, checksum=checksum),
        )
        for file in asset.files
    )
    problems = {file.problem for file in files} - {None}
    state: Literal["ready", "missing", "damaged"] = "ready"
    if problems:
        state = "missing" if problems == {"missing"} else "damaged"
    return AssetStatus(
        name=asset.name,
        role=asset.role,
        source=asset.source,
        revision=asset.revision,
        licence=asset.licence,
        sha256=asset.files[0].kept_sha256,
        size_bytes=sum(file.size_bytes for file in files),
        state=state,
        path=str(folder / asset.files[0].kept) if state == "ready" else None,
        folder=str(folder),
        files=files,
    )


def status(root: Path, catalogue: Path = CATALOGUE) -> tuple[AssetStatus, ...]:
    """Return the status of every asset, by names and sizes only; takes milliseconds."""
    return tuple(asset_status(root, asset) for asset in load_assets(catalogue))


def verify(
    root: Path, names: Sequence[str] = (), catalogue: Path = CATALOGUE
) -> tuple[AssetStatus, ...]:
    """Return the status of the named assets with every checksum computed; no names: all.

    Raises:
        PrerequisiteError: There is no asset of such a name.
    """
    assets = [find_asset(name, catalogue) for name in names] or load_assets(catalogue)
    return tuple(asset_status(root, asset, checksum=True) for asset in assets)


def require(root: Path, name: str, catalogue: Path = CATALOGUE) -> Path:
    """Return the folder of an asset whose files are all there with the right sizes.

    Args:
        root: The weights folder (``Settings.weights``).
        name: An asset of the catalogue.
        catalogue: Read instead of the one that ships, in tests.

    Raises:
        PrerequisiteError: Something is missing or has another size; the message says how to get it.
    """
    asset = find_asset(name, catalogue)
    found = asset_status(root, asset)
    if found.state == "ready":
        return root / name
    wrong = "; ".join(f"{file.path} {file.problem}" for file in found.files if file.problem)
    raise PrerequisiteError(
        f"the weights {name} ({asset.role}) are not ready in {found.folder}: {wrong}. "
        f"Run: callqa weights fetch {name}"
    )
