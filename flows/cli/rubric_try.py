"""``callqa rubric try``: what criteria of one's own would say about some calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console import ERR, OUT, write_json
from flows.cli.options import JsonOption, examples, settings_with
from pipeline.settings import Settings

if TYPE_CHECKING:
    from flows.trial import Trial, TriedCriterion
    from flows.trying import Trying
    from pipeline.labels import Label
    from pipeline.rubric import Criterion
    from pipeline.trial_calls import TrialCalls

MOST = 300
"""Calls that are tried unless more are asked for: about a minute."""


def register(app: typer.Typer) -> None:
    """Add the command to the group."""
    app.command(
        "try",
        epilog=examples(
            "callqa rubric try my_rubric.yaml --calls calls.jsonl",
            "callqa rubric try my_rubric.yaml --calls chats/ --template to_label.csv",
            "callqa rubric try my_rubric.yaml --calls chats/ --labels to_label.csv",
            "callqa rubric try my_rubric.yaml --store team-a.duckdb --criterion parking",
        ),
    )(try_rubric)


def try_rubric(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rubric file with criteria of one's own.")
    ],
    more: Annotated[
        list[str] | None,
        typer.Argument(metavar="CALLS", help="More files, after --calls.", hidden=True),
    ] = None,
    calls: Annotated[
        list[str] | None,
        typer.Option(
            "--calls",
            metavar="CALLS...",
            help="Written calls: JSONL and other transcripts, folders of them, globs.",
            show_default=False,
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            help="Try it on the scored calls of this store instead.",
            show_default=False,
        ),
    ] = None,
    criterion: Annotated[
        list[str] | None,
        typer.Option(
            "--criterion",
            metavar="ID",
            help="Only this criterion; may be given again. Default: all without a trained head.",
            show_default=False,
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels",
            metavar="FILE",
            help="Verdicts by people, CSV (call_id, criterion, verdict) or JSONL: how many agree.",
            show_default=False,
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help="Write a CSV of the 20 calls that are most useful to label.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[
        int,
        typer.Option("--most", metavar="N", min=0, help="Calls to try, drawn at random; 0: all."),
    ] = MOST,
    as_json: JsonOption = False,
) -> None:
    """Try criteria on calls before scoring with them: what would pass, what would fail, and why.

    Nothing is stored. With labels it says how many verdicts agree, and how much that can mean.
    """
    named = [*(calls or []), *(more or [])]
    if bool(named) == (store is not None):
        raise typer.BadParameter("say what to try it on: either --calls or --store")
    settings = settings_with(rubric=file, store=store)
    trial, trying_labels = run(settings, named, criterion or [], labels, most)
    if template is not None:
        from flows.to_label import to_label, write_template

        picked = to_label(trial.criteria, {label.call_id for label in trying_labels})
        write_template(template, trial.criteria, picked)
    if as_json:
        write_json(trial.model_dump(mode="json"))
    else:
        from flows.cli.trial_report import print_trial

        print_trial(OUT, trial)
    if template is not None:
        ERR.print(
            f"{len(picked)} calls to label are in {template}: fill in the column verdict, then "
            f"run this again with --labels {template}.",
            highlight=False,
            markup=False,
        )


def run(
    settings: Settings,
    sources: Sequence[str],
    named: Sequence[str],
    labels_file: Path | None,
    most: int,
) -> tuple[Trial, tuple[Label, ...]]:
    """Return what the criteria say about the calls, and the labels there are for them.

    Args:
        settings: Which rubric, which store, where the weights are.
        sources: Files, folders and globs; empty: the store.
        named: Criteria; empty: all without a trained head.
        labels_file: Labels by people.
        most: At most so many calls; 0: all.

    Raises:
        CallQAError: Something that was given cannot be used; says what to do.
    """
    from flows.trial import Trial
    from flows.trial_notes import sorted_labels
    from flows.trying import Trying
    from flows.wiring import Engines, read_rubric
    from pipeline.labels import read_labels

    trying = Trying(Engines(settings), read_rubric(settings))
    criteria = trying.chosen(named)
    given = read_labels(labels_file) if labels_file is not None else None
    wanted = [label.call_id for label in given.labels] if given else []
    calls = _calls(settings, sources, most, wanted)
    labels, about_labels = sorted_labels(
        given.labels if given else (), criteria, trying.rubric, calls
    )
    if given and given.blank:
        about_labels.append(f"{given.blank} rows of the labels are not filled in yet.")
    tried = _tried(trying, criteria, calls, labels)
    warnings = [*calls.problems, *about_labels]
    if calls.left_out:
        total = calls.left_out + len(calls.transcripts)
        warnings.append(
            f"Tried on {len(calls.transcripts)} of {total} calls, drawn at random; "
            "--most 0 takes all."
        )
    trial = Trial(
        rubric=trying.rubric.id,
        rubric_version=trying.rubric.version,
        calls=len(calls.transcripts),
        criteria=tried,
        warnings=tuple(warnings),
    )
    return trial, tuple(label for own in labels.values() for label in own)


def _calls(
    settings: Settings, sources: Sequence[str], most: int, wanted: Sequence[str]
) -> TrialCalls:
    from flows.wiring import open_store
    from pipeline.trial_calls import at_most, calls_from_files, calls_from_store

    if not sources:
        return calls_from_store(open_store(settings), most, wanted)
    return at_most(calls_from_files(sources, redact=settings.redact), most, wanted)


def _tried(
    trying: Trying,
    criteria: Sequence[Criterion],
    calls: TrialCalls,
    labels: Mapping[str, list[Label]],
) -> tuple[TriedCriterion, ...]:
    from rich.progress import Progress

    with Progress(console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task("Judging", total=len(calls.transcripts))
        scores = trying.scores(criteria, calls.transcripts, lambda: bar.advance(task))
        return tuple(
            trying.tried(item, scores[item.id], calls, labels.get(item.id, [])) for item in criteria
        )
