"""``callqa seed``: a store full of made-up calls, for trying the review app and for measuring."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console import ERR, OUT
from flows.cli.counting import counting
from flows.cli.options import StoreOption, examples, settings_with
from pipeline.settings import Settings

if TYPE_CHECKING:
    from flows.seeding.making import Maker


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa seed --store trial.duckdb",
            "callqa seed --calls 500 --agents 12 --days 30 --store small.duckdb",
            "callqa seed --calls 2000 --reviews 0.1 --store office.duckdb",
            "callqa seed --calls 100000 --seed 7 --until 2026-06-01 --store large.duckdb",
            "callqa serve --store trial.duckdb",
        )
    )(seed)


def seed(
    calls: Annotated[int, typer.Option("--calls", min=1, help="How many calls.")] = 10_000,
    agents: Annotated[
        int, typer.Option("--agents", min=1, max=5000, help="How many agents, in six teams.")
    ] = 60,
    days: Annotated[
        int, typer.Option("--days", min=1, max=3650, help="In how many days the calls came in.")
    ] = 120,
    seed_: Annotated[
        int,
        typer.Option("--seed", min=0, help="The same number and --until give the same calls."),
    ] = 0,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="The first day without calls. Default: today.",
            show_default=False,
        ),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Add to a store that already holds calls.")
    ] = False,
    reviews: Annotated[
        float,
        typer.Option(
            "--reviews",
            min=0.0,
            max=1.0,
            help="Reviews for each call, at most as many as wait for one: made-up people have "
            "reviewed, settled, released, coached and disputed.",
        ),
    ] = 0.0,
    users: Annotated[
        bool,
        typer.Option("--users", help="Add the made-up people even without reviews of theirs."),
    ] = False,
    store: StoreOption = None,
) -> None:
    """Make a store of made-up calls, to try the review app on and to measure with.

    The calls are written ones that come with callqa, told anew with other names and numbers, given
    word times, agents, dates and outcomes. About one verdict in ten is wrong, on purpose. There is
    no sound, and no model is needed. Made-up people have no passwords: callqa users link makes them
    links. Every call is marked as made up (made_up in its metadata, the model version "seed"): keep
    such a store apart from real calls.
    """
    from importlib import metadata

    from flows.seeding.calls import Standing
    from flows.seeding.making import Maker, Wanted, check_empty, fill, free_number
    from flows.wiring import open_store
    from pipeline.rubric import bundled_rubric_path, load_rubric

    begun_s = time.monotonic()
    settings = settings_with(store=store)
    opened = open_store(settings)
    if not add:
        check_empty(opened)
    wanted = Wanted(
        calls=calls,
        agents=agents,
        days=days,
        seed=seed_,
        until=(until or datetime.now(UTC)).date(),
    )
    rubric = load_rubric(bundled_rubric_path())
    opened.check_rubric(rubric)
    standing = Standing.of(rubric, settings, metadata.version("callqa"))
    maker = Maker(wanted, standing, free_number(opened, calls))
    with counting(ERR, "calls", calls) as settled:
        fill(opened, maker, settled)
    OUT.print(
        f"{calls:,} made-up calls of {agents} agents are in {opened.url} "
        f"({time.monotonic() - begun_s:.0f} s).\n"
        f"What to look at first: [bold]callqa queue --store {opened.url}[/]"
    )
    if reviews or users:
        _staff(maker, settings, round(reviews * calls))


def _staff(maker: Maker, settings: Settings, reviews: int) -> None:
    """Let made-up people review the calls, and say who they are."""
    from flows.seeding.staffing import staff

    begun_s = time.monotonic()
    opened = staff(maker, settings, reviews, lambda what, total: counting(ERR, what, total))
    OUT.print(
        f"{len(opened.reviewers)} reviewers, {len(opened.leads)} leads, an admin and "
        f"{len(opened.agents)} agents can log in; {opened.reviews:,} reviews are theirs "
        f"({time.monotonic() - begun_s:.0f} s).\n"
        f"To log in as the admin: [bold]callqa users link {opened.admin} "
        f"--store {settings.store}[/]"
    )
