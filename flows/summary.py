"""The summary of a batch as Markdown, for the artifact that Prefect's UI shows."""

from __future__ import annotations

from collections.abc import Iterable

from flows.batch import BatchReport, Outcome

LISTED = 200
"""Rows per table; an artifact is read by people."""


def speed_line(report: BatchReport) -> str:
    """Return counts and speed in one line."""
    parts = [
        f"{len(report.scored)} scored",
        f"{len(report.known)} scored before",
        f"{len(report.flagged)} flagged",
        f"{len(report.with_status('duplicate'))} duplicate",
        f"{len(report.with_status('failed'))} failed",
        f"{report.timings.total_s:.1f} s",
    ]
    if report.speed is not None:
        parts.append(f"transcribed {report.speed:.1f} times as fast as real time")
    elif report.calls_per_s is not None:
        parts.append(f"{report.calls_per_s:.1f} calls a second")
    return ", ".join(parts)


def artifact_markdown(report: BatchReport) -> str:
    """Return counts, flagged calls, failures with reasons, and where the time went.

    Flags and reasons are sentences about calls; no word that was said in one is in here.
    """
    timings = report.timings
    sections = [
        "# Batch scored",
        f"Rubric **{cell(report.rubric)}** version {report.rubric_version}. {speed_line(report)}.",
        _table("Flagged calls", ("call", "score", "why"), map(_flagged_row, report.flagged)),
        _table("Not scored", ("call", "why"), map(_reason_row, report.with_status("failed"))),
        _table("Duplicates", ("call", "why"), map(_reason_row, report.with_status("duplicate"))),
        "## Time\n\n"
        f"Model loading {timings.loading_s:.1f} s, transcription {timings.transcription_s:.1f} s, "
        f"reading {timings.reading_s:.1f} s, judging {timings.judging_s:.1f} s, "
        f"store {timings.storing_s:.1f} s.",
    ]
    return "\n\n".join(section for section in sections if section)


def _flagged_row(outcome: Outcome) -> tuple[str, ...]:
    score = "unscored" if outcome.score is None else f"{outcome.score:.0f}"
    return outcome.job.call_id, score, " ".join(flag.sentence for flag in outcome.flags)


def _reason_row(outcome: Outcome) -> tuple[str, ...]:
    return outcome.job.call_id, outcome.job.reason or ""


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table under its heading; empty without rows."""
    lines = ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    if not lines:
        return ""
    more = [f"\nand {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    head = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return "\n".join([f"## {title}\n", *head, *lines[:LISTED], *more])


def cell(text: str) -> str:
    """Return text that cannot break out of a Markdown table or start markup."""
    plain = " ".join(text.split())
    return "".join("\\" + char if char in "\\|`*_<>[]#" else char for char in plain)
