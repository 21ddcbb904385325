"""Version, source, checksum and licence of each model, from the files that hold them."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from models.card_reading import Card, CardHead
from models.head_facts import heads_facts
from models.trained import bundled_heads, heads_version
from models.weights import find_asset
from models.weights.folder import file_sha256
from pipeline.domain import Record
from pipeline.errors import PrerequisiteError

HERE = Path(__file__).parent
OWN = "this project"
VERSION_DIGITS = 12
"""Of a SHA-256, as many as ``models.trained.heads_version`` and the encoder's version show."""


class ModelFacts(Record):
    """One model; a row of ``callqa models list --json``."""

    name: str
    title: str
    role: str
    version: str
    """The first digits of a hash: of the file that holds the weights, for the judge's heads of both
    their files together, as evaluations store it."""
    source: str
    """Official source; for what a package carries, who made it."""
    revision: str | None
    """Of the source: a commit, a release, a package with its version. None: this project's own."""
    file: str
    """Relative to the project, to the asset's folder or to the package's installation."""
    sha256: str
    """Of the file; of an asset that is kept in another format, of what is kept."""
    licence: str
    trained_on: str
    labels: str
    chosen_by: str | None
    """The setting that must name it; None: it always takes part."""


def facts_of(card: Card) -> ModelFacts:
    """Return the facts of a card's model; an asset need not have been fetched.

    Raises:
        PrerequisiteError: Its file or package is not installed, or the card names no such asset.
    """
    head = card.head
    if head.origin == "asset":
        return _asset(head)
    if head.origin == "package":
        return _package(head)
    path = HERE / _given(head, head.file, "file")
    digest = _sha256(path)
    of_heads = path.parent == bundled_heads()
    return ModelFacts(
        name=head.name,
        title=head.title,
        role=_given(head, head.role, "role"),
        version=heads_version(path.parent) if of_heads else digest[:VERSION_DIGITS],
        source=OWN,
        revision=None,
        file=f"models/{head.file}",
        sha256=digest,
        licence=_given(head, head.licence, "licence"),
        trained_on=_data(path.parent) + head.trained_on if of_heads else head.trained_on,
        labels=head.labels,
        chosen_by=head.chosen_by,
    )


def _data(folder: Path) -> str:
    """Return how many calls heads learned from and which, to be followed by what calls they are."""
    made = heads_facts(folder).made
    if made is None:
        return ""
    return f"{made.calls} calls (data {made.data_sha256[:VERSION_DIGITS]}): "


def _asset(head: CardHead) -> ModelFacts:
    asset = find_asset(head.name)
    weights = asset.files[0]
    return ModelFacts(
        name=head.name,
        title=head.title,
        role=head.role or asset.role,
        version=weights.kept_sha256[:VERSION_DIGITS],
        source=asset.source,
        revision=asset.revision,
        file=weights.kept,
        sha256=weights.kept_sha256,
        licence=asset.licence,
        trained_on=head.trained_on,
        labels=head.labels,
        chosen_by=head.chosen_by,
    )


def _package(head: CardHead) -> ModelFacts:
    package, file = _given(head, head.package, "package"), _given(head, head.file, "file")
    try:
        installed = metadata.distribution(package)
    except metadata.PackageNotFoundError as error:
        raise PrerequisiteError(
            f"the package {package}, which carries {head.name}, is not installed"
        ) from error
    digest = _sha256(Path(str(installed.locate_file(file))))
    return ModelFacts(
        name=head.name,
        title=head.title,
        role=_given(head, head.role, "role"),
        version=digest[:VERSION_DIGITS],
        source=_given(head, head.source, "source"),
        revision=f"{package} {installed.version}",
        file=file,
        sha256=digest,
        licence=_given(head, head.licence, "licence"),
        trained_on=head.trained_on,
        labels=head.labels,
        chosen_by=head.chosen_by,
    )


def _sha256(path: Path) -> str:
    if not path.is_file():
        raise PrerequisiteError(f"expected a model at {path}, found none; install callqa anew")
    return file_sha256(path)


def _given(head: CardHead, value: str | None, key: str) -> str:
    if value is None:
        raise PrerequisiteError(f"the model card {head.name} does not say its {key}")
    return value
