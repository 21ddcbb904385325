"""What was measured, for model cards: each file of benchmarks/results, or why there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter, ValidationError

from benchmarks.counterfactual import Report as FlipsReport
from benchmarks.outside import Report as OutsideReport
from benchmarks.report import Report

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
Figures = TypeVar("Figures")
Plain = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Measured(Generic[Figures]):
    """One file of results."""

    file: str
    command: str
    figures: Figures | None
    lacking: str | None
    """Why there are none; None: there are."""

    def told(self, tell: Callable[[Figures], str], brief: bool = False) -> str:
        """Return what the figures say, or that they are missing and what makes them.

        Args:
            tell: Puts them into words or a table.
            brief: For a cell of a table.
        """
        if self.figures is not None:
            return tell(self.figures)
        if brief:
            return f"missing: `{self.file}`"
        return f"**Missing:** {self.missing}"

    @property
    def missing(self) -> str:
        """Why nothing can be told, and what to do."""
        return f"benchmarks/results/{self.file} {self.lacking}. `{self.command}` measures it."


@dataclass(frozen=True, slots=True)
class Results:
    """All files that cards quote."""

    verdicts: Measured[Report]
    flips: Measured[FlipsReport]
    outside: Measured[OutsideReport]
    words: Measured[Plain]
    rules: Measured[Plain]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not there, a sentence each."""
        every = (self.verdicts, self.flips, self.outside, self.words, self.rules)
        return tuple(own.missing for own in every if own.figures is None)


def read_results(folder: Path = RESULTS) -> Results:
    """Return what a folder of results holds."""
    return Results(
        verdicts=_read(folder, "criteria.json", "python -m benchmarks.criteria", Report),
        flips=_read(
            folder, "counterfactual.json", "python -m benchmarks.counterfactual", FlipsReport
        ),
        outside=_read(folder, "outside.json", "python -m benchmarks.outside", OutsideReport),
        words=_plain(folder, "asr.json", "python -m benchmarks.asr RECORDING…"),
        rules=_plain(folder, "rules.json", "python -m benchmarks.rules"),
    )


Model = TypeVar("Model", bound=BaseModel)


def _read(folder: Path, file: str, command: str, kind: type[Model]) -> Measured[Model]:
    path = folder / file
    if not path.is_file():
        return Measured(file, command, None, "is not there")
    try:
        return Measured(file, command, kind.model_validate_json(path.read_bytes()), None)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        return Measured(file, command, None, f"has another form than it has today ({where})")


def _plain(folder: Path, file: str, command: str) -> Measured[Plain]:
    path = folder / file
    if not path.is_file():
        return Measured(file, command, None, "is not there")
    content = TypeAdapter(dict[str, JsonValue]).validate_json(path.read_bytes())
    return Measured(file, command, content, None)
