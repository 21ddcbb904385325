"""A scorecard for the terminal: what was asked, the verdict, and the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from flows.cli.console import visible
from flows.cli.report import length_words, score_words
from pipeline.domain import CriterionScore, Evaluation, Role, Transcript, Verdict
from pipeline.rubric import Criterion
from pipeline.store import Scorecard

COLOURS = {
    Verdict.PASS: "green",
    Verdict.PARTIAL: "yellow",
    Verdict.FAIL: "red",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.UNSCORED: "magenta",
}
METRIC_WORDS = {
    "agent_talk_ratio": "agent speaks {:.0%} of the time that anybody does",
    "silence_ratio": "silence {:.0%} of the call",
    "longest_silence_s": "longest silence {:.1f} s",
    "hold_s": "hold {:.0f} s",
    "longest_hold_s": "longest hold {:.0f} s",
    "overtalk_s": "both at once {:.1f} s",
    "agent_interruptions": "agent interrupts {:.0f} x",
    "customer_interruptions": "customer interrupts {:.0f} x",
    "agent_words_per_minute": "agent {:.0f} words a minute",
    "customer_words_per_minute": "customer {:.0f} words a minute",
    "first_agent_word_s": "agent's first word at {:.1f} s",
}
"""How ``pipeline.metrics`` is put to people, by metric."""
ROLE_COLOURS = {Role.AGENT: "cyan", Role.CUSTOMER: "green"}


def print_scorecard(console: Console, card: Scorecard) -> None:
    """Print one call: heading, criteria with evidence, sentiment, metrics, findings, flags."""
    evaluation = card.evaluation
    parts: list[Table | str] = [_criteria(card), _sentiment(evaluation), _metrics(evaluation)]
    parts += [f"[yellow]finding[/] {_plain(finding.sentence)}" for finding in evaluation.findings]
    parts += [f"[red]flag[/] {_plain(flag.sentence)}" for flag in evaluation.flags]
    parts.append(_provenance(card))
    console.print(
        Panel(
            Group(*(part for part in parts if part)),
            title=_title(card),
            title_align="left",
            padding=(0, 1),
        )
    )


def print_turns(console: Console, transcript: Transcript) -> None:
    """Print what was said, turn by turn."""
    table = Table("turn", "time", "who", "what was said", box=None)
    for turn in transcript.turns:
        colour = ROLE_COLOURS.get(turn.role, "dim")
        table.add_row(
            str(turn.index),
            length_words(turn.start_s),
            f"[{colour}]{turn.role.value}[/]",
            _plain(turn.text),
        )
    console.print(table)


def _title(card: Scorecard) -> str:
    metadata = card.call.metadata
    about = [metadata.agent, metadata.team, metadata.queue]
    if metadata.started_at is not None:
        about.append(metadata.started_at.strftime("%Y-%m-%d %H:%M"))
    if card.transcript.duration_s is not None:
        about.append(length_words(card.transcript.duration_s))
    known = " · ".join(_plain(part) for part in about if part)
    score = score_words(card.evaluation.score)
    return f"[bold]{_plain(card.call.call_id)}[/]  score {score}" + (f"  {known}" if known else "")


def _criteria(card: Scorecard) -> Table:
    table = Table("criterion", "verdict", "sure", "what it rests on", box=None, padding=(0, 1))
    criteria = {criterion.id: criterion for criterion in card.rubric.criteria}
    for score in card.evaluation.judgement.scores:
        table.add_row(
            _name(criteria[score.criterion]),
            f"[{COLOURS[score.verdict]}]{score.verdict.value.replace('_', ' ')}[/]",
            "" if score.probability is None else f"{100 * score.probability:.0f} %",
            _grounds(score),
        )
    return table


def _name(criterion: Criterion) -> str:
    mark = " [red]![/]" if criterion.critical else ""
    return _plain(criterion.id.replace("_", " ")) + mark


def _grounds(score: CriterionScore) -> str:
    """Return the explanation and the quotes with their times, one per line."""
    lines = [_plain(score.explanation)] if score.explanation else []
    for evidence in score.evidence:
        when = f"turn {evidence.turn}"
        if evidence.start_s is not None:
            when = length_words(evidence.start_s)
        lines.append(f"[dim]{when}[/] “{_plain(evidence.quote)}”")
    return "\n".join(lines)


def _sentiment(evaluation: Evaluation) -> str:
    if evaluation.sentiment_start is None or evaluation.sentiment_end is None:
        return ""
    trend = f", {evaluation.sentiment_trend}" if evaluation.sentiment_trend else ""
    return (
        f"\n[bold]customer[/] {evaluation.sentiment_start.value} at first, "
        f"{evaluation.sentiment_end.value} at the end{trend}"
    )


def metric_words(metrics: Mapping[str, float | None]) -> str:
    """Return the talk metrics as people say them; what is unknown or nought is left out."""
    said = [
        words.format(value)
        for name, words in METRIC_WORDS.items()
        if (value := metrics.get(name)) is not None and value > 0
    ]
    return " · ".join(said)


def _metrics(evaluation: Evaluation) -> str:
    said = metric_words(evaluation.metrics)
    return f"[bold]talk[/] {said}" if said else ""


def _provenance(card: Scorecard) -> str:
    evaluation = card.evaluation
    versions = ", ".join(f"{name} {version}" for name, version in evaluation.model_versions.items())
    return (
        f"[dim]rubric {_plain(evaluation.rubric)} v{evaluation.rubric_version} · heard by "
        f"{_plain(card.transcript.asr_model)} · judged by {_plain(versions)} · "
        f"{evaluation.evaluated_at:%Y-%m-%d %H:%M} UTC · ! critical: a fail zeroes the call[/]"
    )


def _plain(text: str) -> str:
    return escape(visible(text))
