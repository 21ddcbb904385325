"""What ``models/weights.toml`` says: every pretrained asset, its files and their checksums."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.domain import Record
from pipeline.errors import PrerequisiteError

CATALOGUE = Path(__file__).parent.parent / "weights.toml"


class Conversion(Record):
    """How a pickled checkpoint becomes safetensors."""

    path: str
    """Name of the safetensors file beside the original."""
    size_bytes: int
    sha256: str
    keys: tuple[str, ...] = ()
    """Where in the checkpoint the tensors are; empty: at its top."""


class AssetFile(Record):
    """One file as its official source publishes it."""

    path: str
    """Relative to the asset's folder."""
    size_bytes: int
    sha256: str
    parts: tuple[str, ...] = ()
    """Members of the carriers' archives that, joined in order, give this file."""
    converted: Conversion | None = None
    """Set for pickles: only the converted file is kept and used."""

    @property
    def kept(self) -> str:
        """The name under which it lies in the asset's folder."""
        return self.converted.path if self.converted else self.path

    @property
    def kept_sha256(self) -> str:
        """SHA-256 of the file that lies in the asset's folder."""
        return self.converted.sha256 if self.converted else self.sha256

    @property
    def kept_size_bytes(self) -> int:
        """Size of the file that lies in the asset's folder."""
        return self.converted.size_bytes if self.converted else self.size_bytes


class Carrier(Record):
    """A Python package whose archive carries files of an asset."""

    package: str
    version: str
    size_bytes: int
    sha256: str
    """SHA-256 of the wheel."""


class Asset(Record):
    """One pretrained model."""

    name: str
    role: str
    source: str
    """Official source: ``hf:owner/name`` or an address."""
    revision: str
    licence: str
    files: tuple[AssetFile, ...] = Field(min_length=1)
    """The file that holds the weights comes first."""
    carriers: tuple[Carrier, ...] = ()

    @property
    def hub_repository(self) -> str | None:
        """Repository id on the Hugging Face hub; None if its source is elsewhere."""
        return self.source.removeprefix("hf:") if self.source.startswith("hf:") else None


class Catalogue(Record):
    """The whole file."""

    asset: tuple[Asset, ...]


def load_assets(catalogue: Path = CATALOGUE) -> tuple[Asset, ...]:
    """Return every asset of the catalogue, in its order.

    Raises:
        PrerequisiteError: The catalogue cannot be read; the message names the entry.
    """
    try:
        content = tomllib.loads(catalogue.read_text(encoding="utf-8"))
        return Catalogue.model_validate(content).asset
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise PrerequisiteError(f"the list of weights {catalogue} is damaged: {error}") from error


def find_asset(name: str, catalogue: Path = CATALOGUE) -> Asset:
    """Return one asset.

    Raises:
        PrerequisiteError: There is none of this name; the message lists those that are.
    """
    assets = {asset.name: asset for asset in load_assets(catalogue)}
    if name not in assets:
        known = ", ".join(assets)
        raise PrerequisiteError(f"no weights are called {name!r}; there are: {known}")
    return assets[name]
