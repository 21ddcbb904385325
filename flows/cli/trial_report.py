"""What a trial of criteria came to, for people; fits into 100 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.console import visible
from flows.cli.scorecard import COLOURS
from flows.trial import Trial, TriedCall, TriedCriterion
from pipeline.domain import Verdict

QUOTE_CHARACTERS = 160
WIDTH = 100


def print_trial(console: Console, trial: Trial) -> None:
    """Print one block per criterion: counts, the surest and least sure calls, the estimate."""
    console.print(
        f"[bold]{escape(trial.rubric)}[/] version {trial.rubric_version}, tried on "
        f"{trial.calls} calls. Nothing was stored."
    )
    for warning in trial.warnings:
        console.print(f"[yellow]note[/] {_plain(warning)}")
    for tried in trial.criteria:
        _print_criterion(console, tried)


def _print_criterion(console: Console, tried: TriedCriterion) -> None:
    console.print()
    console.print(f"[bold]{escape(tried.criterion)}[/]  {_plain(tried.question)}")
    counts = [
        f"[{COLOURS[verdict]}]{_word(verdict)}[/] {tried.counts[verdict]}"
        for verdict in Verdict
        if tried.counts.get(verdict)
    ]
    console.print(f"{' · '.join(counts)}  [dim]judged by its {tried.judged_by}[/]")
    console.print(_table(tried), width=min(console.width, WIDTH))
    for warning in tried.warnings:
        console.print(f"[yellow]note[/] {_plain(warning)}")
    if tried.estimate is None:
        console.print(
            "[dim]How well does it work? Without labels nobody can tell. --template FILE writes a "
            "list of calls to label, --labels FILE compares.[/]"
        )
    for sentence in () if tried.estimate is None else tried.estimate.words:
        console.print(_plain(sentence))


def _table(tried: TriedCriterion) -> Table:
    table = Table(box=None, padding=(0, 1))
    table.add_column("", no_wrap=True)
    table.add_column("call", max_width=18, overflow="ellipsis", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("sure", no_wrap=True, justify="right")
    table.add_column("what it rests on", ratio=1)
    for heading, calls in _groups(tried):
        for at, call in enumerate(calls):
            table.add_row(
                "" if at else heading,
                _plain(call.call_id),
                f"[{COLOURS[call.verdict]}]{_word(call.verdict)}[/]",
                "" if call.probability is None else f"{100 * call.probability:.0f} %",
                _grounds(call),
            )
    return table


def _groups(tried: TriedCriterion) -> Iterator[tuple[str, tuple[TriedCall, ...]]]:
    """Yield headings with calls: the surest of each verdict, the least sure, the unscored."""
    for verdict in Verdict:
        if verdict is not Verdict.UNSCORED and (calls := tried.surest(verdict)):
            yield f"surest {_word(verdict)}", calls
    if tried.least_sure:
        yield "least sure", tried.least_sure
    if unscored := tried.surest(Verdict.UNSCORED):
        yield "unscored", unscored


def _grounds(call: TriedCall) -> str:
    if call.quote is None:
        return f"[dim]{_plain(call.explanation or '')}[/]"
    quote = call.quote
    if len(quote) > QUOTE_CHARACTERS:
        quote = quote[: QUOTE_CHARACTERS - 1].rstrip() + "…"
    words = f"“{_plain(quote)}” [dim]turn {call.turn}[/]"
    return f"[dim]nothing close; closest:[/] {words}" if call.is_closest else words


def _word(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


def _plain(text: str) -> str:
    return escape(visible(text))
