"""What a batch came to, as tables for people."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.batch import BatchReport, Outcome
from flows.cli.console import visible

SHOWN = 30
"""Rows of a table before it says how many more there are."""


def print_report(console: Console, report: BatchReport) -> None:
    """Print counts, scored calls, flagged calls, failures and speed."""
    console.print(_counts(report))
    if report.scored:
        console.print(_scores(report))
    if report.flagged:
        console.print(_flagged(report))
    for status, title in (("failed", "Not scored"), ("duplicate", "Duplicates")):
        outcomes = report.with_status(status)
        if outcomes:
            console.print(_reasons(title, outcomes))
    console.print(_speed(report), highlight=False)
    if report.flagged:
        console.print("[dim]callqa queue lists what to look at; callqa show CALL_ID shows one.[/]")


def _counts(report: BatchReport) -> str:
    parts = [f"[bold]{len(report.scored)}[/] scored"]
    if report.known:
        parts.append(f"[bold]{len(report.known)}[/] scored before")
    parts += [f"[yellow]{len(report.flagged)}[/] flagged"] if report.flagged else []
    for status, colour in (("duplicate", "yellow"), ("failed", "red")):
        count = len(report.with_status(status))
        parts += [f"[{colour}]{count}[/] {status}"] if count else []
    return (
        f"{' · '.join(parts)}  [dim]rubric {escape(report.rubric)} v{report.rubric_version}, "
        f"store {escape(report.store)}[/]"
    )


def _scores(report: BatchReport) -> Table:
    table = Table("call", "score", "length", "flags", title="Scored", title_justify="left")
    for outcome in report.scored[:SHOWN]:
        table.add_row(
            escape(visible(outcome.job.call_id)),
            score_words(outcome.score),
            length_words(outcome.duration_s),
            ", ".join(dict.fromkeys(flag.kind.replace("_", " ") for flag in outcome.flags)),
        )
    _say_how_many_more(table, len(report.scored))
    return table


def _flagged(report: BatchReport) -> Table:
    table = Table("call", "why somebody should look", title="Flagged", title_justify="left")
    for outcome in report.flagged[:SHOWN]:
        sentences = [escape(visible(flag.sentence)) for flag in outcome.flags]
        table.add_row(escape(visible(outcome.job.call_id)), "\n".join(sentences))
    _say_how_many_more(table, len(report.flagged))
    return table


def _reasons(title: str, outcomes: tuple[Outcome, ...]) -> Table:
    table = Table("call", "why", title=title, title_justify="left")
    for outcome in outcomes:
        reason = outcome.job.reason or ""
        table.add_row(escape(visible(outcome.job.call_id)), escape(visible(reason)))
    return table


def _say_how_many_more(table: Table, count: int) -> None:
    if count > SHOWN:
        table.add_row(f"[dim]and {count - SHOWN} more[/]")


def _speed(report: BatchReport) -> str:
    timings = report.timings
    parts = [
        f"{timings.total_s:.1f} s in all",
        f"start-up {timings.start_up_s:.1f} s",
        f"model loading {timings.loading_s:.1f} s",
        f"transcription {timings.transcription_s:.1f} s",
        f"everything else {timings.other_s:.1f} s",
    ]
    line = f"[dim]{' · '.join(parts)}"
    if report.speed is not None:
        line += f" · {report.speed:.1f} times as fast as real time"
        line += f" · everything else is {100 * timings.other_share:.0f} % of the work"
    elif report.calls_per_s is not None:
        line += f" · {report.calls_per_s:.1f} calls a second"
    return line + "[/]"


def score_words(score: float | None) -> str:
    """Return a score for people: a coloured number, or that there is none."""
    if score is None:
        return "[dim]unscored[/]"
    colour = "green" if score >= 80 else "yellow" if score >= 60 else "red"
    return f"[{colour}]{score:.0f}[/]"


def length_words(duration_s: float | None) -> str:
    """Return a length as minutes and seconds; a dash if there is none."""
    if duration_s is None:
        return "-"
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes}:{seconds:02d}"
