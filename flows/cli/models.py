"""``callqa models``: which models there are, and the card of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from flows.cli.console import OUT, write_json
from flows.cli.options import JsonOption, examples, settings_with
from pipeline.settings import Settings

if TYPE_CHECKING:
    from models.card_facts import ModelFacts
    from models.card_reading import Found
    from models.in_force import InForce, Withheld

HEADS = "criteria"
"""The card that is shown if none is asked for, and the only one with thresholds."""
EXPECTED = """\
*Withheld*: by fitted probability; *own* thresholds are those of CALLQA_WITHHOLD_UNDER. Shares are
what to expect: of the training calls, each judged by heads that had not seen its group of domains.
Labels by a language model, not by people. What was not heard well is withheld besides.
"""

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def models() -> None:
    """Say which models there are, what they were trained on and how far to trust them."""


@app.command("list", epilog=examples("callqa models list", "callqa models list --json"))
def list_(as_json: JsonOption = False) -> None:
    """List every model: what for, version, source, what it was trained on, licence.

    The version is the beginning of a hash; of criteria and turns it is the one
    that evaluations store. Models that were not fetched are listed too: for
    those see callqa weights list.
    """
    from models.card_facts import facts_of
    from models.card_reading import read_cards

    facts = [facts_of(card) for card in read_cards()]
    settings = settings_with()
    if as_json:
        rows = [{**own.model_dump(mode="json"), "in_use": _in_use(own, settings)} for own in facts]
        write_json(rows)
        return
    OUT.print(_list_table(facts, settings))
    OUT.print("In brackets: not in use with your settings. More: callqa models show NAME")
    if settings.asr_model not in {own.name for own in facts}:
        OUT.print(f"Speech is recognised by {escape(settings.asr_model)}, which has no card.")


@app.command(
    epilog=examples(
        "callqa models show",
        "callqa models show empathy",
        "callqa models show whisper-base --plain",
        "CALLQA_STATED_ERROR=0.1 callqa models show criteria",
    )
)
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|CRITERION",
            help="A model of callqa models list, or a criterion with a trained head; "
            "without one: the judge's heads.",
            show_default=False,
        ),
    ] = HEADS,
    as_json: JsonOption = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="The card's Markdown as it is, as where stdout is a file."),
    ] = False,
) -> None:
    """Show a model's card: data, figures by criterion, limits, intended use, licence.

    For the judge's heads and their criteria it also says under which probability
    verdicts are withheld with your settings, and which share of them to expect:
    CALLQA_STATED_ERROR, CALLQA_WITHHOLD_UNDER and CALLQA_RUBRIC count.
    """
    from models.card_facts import facts_of
    from models.card_reading import find, read_cards

    found = find(name, read_cards())
    settings = settings_with()
    rows = _in_force(found, settings)
    if as_json:
        write_json(
            {
                "name": found.card.head.name,
                "criterion": found.criterion.title if found.criterion else None,
                "facts": facts_of(found.card).model_dump(mode="json"),
                "text": found.text,
                "stated_error": settings.stated_error,
                "in_force": [row.model_dump(mode="json") for row in rows],
            }
        )
        return
    as_it_is = plain or not OUT.is_terminal
    _print_markdown(found.text, as_it_is)
    if found.card.head.name == HEADS:
        _print_markdown(_told_in_force(rows, settings), as_it_is)


def _in_use(facts: ModelFacts, settings: Settings) -> bool:
    return facts.chosen_by is None or getattr(settings, facts.chosen_by) == facts.name


def _list_table(facts: Sequence[ModelFacts], settings: Settings) -> Table:
    """Return two cells per model, a line for each fact: six columns would not fit a terminal."""
    table = Table("model, version, licence", "what for, what from", show_lines=True)
    table.columns[0].no_wrap = True
    table.columns[1].overflow = "fold"
    for own in facts:
        name = own.name if _in_use(own, settings) else f"({own.name})"
        source = own.source if own.revision is None else f"{own.source}, {own.revision[:20]}"
        table.add_row(
            f"[bold]{escape(name)}[/]\n{own.version}\n{escape(own.licence)}",
            f"{escape(own.role)}\n[dim]trained on:[/] {escape(own.trained_on)}"
            f"\n[dim]labels:[/] {escape(own.labels)}\n[dim]from:[/] {escape(source)}",
        )
    return table


def _in_force(found: Found, settings: Settings) -> list[InForce]:
    """Return what holds for the criteria that the shown text is about; empty for other models."""
    from flows.wiring import read_rubric
    from models.head_facts import heads_facts
    from models.in_force import in_force
    from models.withholding import Withholding

    if found.card.head.name != HEADS:
        return []
    withhold = Withholding(settings.stated_error, settings.withhold_under)
    rows = in_force(heads_facts(), read_rubric(settings), withhold)
    if found.criterion is None:
        return list(rows)
    return [row for row in rows if row.criterion == found.criterion.title]


def _print_markdown(text: str, as_it_is: bool) -> None:
    from models.card_reading import with_plain_links

    if as_it_is:
        OUT.out(text, highlight=False)
        return
    from rich.markdown import Markdown

    OUT.print(Markdown(with_plain_links(text), hyperlinks=False))


def _told_in_force(rows: Sequence[InForce], settings: Settings) -> str:
    """Return what is withheld with these settings, as Markdown."""
    from models.in_force import mean_withheld

    heading = f"## In force with your settings (CALLQA_STATED_ERROR={settings.stated_error:g})"
    if not rows:
        return f"{heading}\n\nYour rubric does not ask this.\n"
    lines = ["| criterion | by | withheld | share withheld | wrong of the rest |",
             "|---|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {row.criterion} | {row.judged_by} | {_threshold(row)} | {_share(row.withheld)} | "
        f"{'not known' if row.wrong is None else f'{row.wrong:.1%}'} |"
        for row in rows
    ]
    mean = mean_withheld(rows)
    if len(rows) > 1 and mean is not None:
        lines.append(f"| mean | | | {_share(mean)} | |")
    return "\n".join([heading, "", *lines, "", EXPECTED])


def _threshold(row: InForce) -> str:
    if row.threshold >= 1:
        told = "always"
    elif row.threshold <= 0:
        told = "never"
    else:
        told = f"under {row.threshold:.2f}"
    return f"{told} (own)" if row.set_by == "withhold_under" else told


def _share(withheld: Withheld | None) -> str:
    if withheld is None:
        return "not known"
    low, high = f"{withheld.least:.0%}", f"{withheld.most:.0%}"
    return low if low == high else f"{low} to {high}"
