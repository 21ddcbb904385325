"""``callqa users``: who may use the review app."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import JsonValue
from rich.markup import escape
from rich.table import Table

from flows.cli.console import ERR, OUT, visible, write_json
from flows.cli.options import JsonOption, StoreOption, examples, settings_with
from pipeline.people import User, UserRole
from pipeline.settings import Settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What they log in with.")]
RoleOption = Annotated[UserRole | None, typer.Option("--role", help="What they may do.")]
FullNameOption = Annotated[
    str | None, typer.Option("--name", help="What others see.", show_default=False)
]
AgentOption = Annotated[
    str | None,
    typer.Option("--agent", help="For agents: how calls name them.", show_default=False),
]
TeamOption = Annotated[
    list[str] | None,
    typer.Option("--team", help="A team they see; several times. None: all.", show_default=False),
]
GoalOption = Annotated[
    int | None,
    typer.Option("--goal", min=1, max=1000, help="Reviews a week.", show_default=False),
]


@app.callback()
def users() -> None:
    """Say who may use the review app, and what they may do there."""


@app.command(
    epilog=examples(
        "callqa users add ada --role admin --name 'Ada Lovelace'",
        "callqa users add grace --role reviewer --team Billing --team Cards --goal 20",
        "callqa users add dana --role agent --agent 'Dana Fox'",
    )
)
def add(
    name: NameArgument,
    role: Annotated[UserRole, typer.Option("--role", help="What they may do.")],
    full_name: FullNameOption = None,
    agent: AgentOption = None,
    team: TeamOption = None,
    goal: GoalOption = None,
    store: StoreOption = None,
) -> None:
    """Add somebody, and print the link with which they set their password."""
    settings = settings_with(store=store)
    from flows.serving import open_desk
    from pipeline.desk import audit, people

    with open_desk(settings).writing() as connection:
        user = people.add_user(
            connection,
            name,
            role,
            name=full_name or "",
            agent=agent,
            teams=tuple(team or ()),
            goal_per_week=goal,
            added_by=audit.SYSTEM,
        )
        subject = f"user:{user.user_id}"
        audit.record(connection, audit.SYSTEM, "user.added", subject, {"role": role.value})
    _print_link(settings, user)


@app.command("list", epilog=examples("callqa users list", "callqa users list --json"))
def list_(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List everybody."""
    from flows.serving import open_desk
    from pipeline.desk import people

    with open_desk(settings_with(store=store)).reading() as connection:
        everybody = people.users(connection)
    if as_json:
        write_json([user.model_dump(mode="json") for user in everybody])
        return
    if not everybody:
        OUT.print("There are no users yet: callqa users add NAME --role admin")
        return
    table = Table("user", "name", "role", "sees", "goal", "state")
    for user in everybody:
        cells = (user.user_id, user.name, user.role.value, _sees(user))
        goal = str(user.goal_per_week or "-")
        table.add_row(*(escape(visible(cell)) for cell in cells), goal, _state(user))
    OUT.print(table)


@app.command(
    "set",
    epilog=examples(
        "callqa users set grace --role lead", "callqa users set grace --team Cards --goal 25"
    ),
)
def set_(
    name: NameArgument,
    role: RoleOption = None,
    full_name: FullNameOption = None,
    agent: AgentOption = None,
    team: TeamOption = None,
    all_teams: Annotated[
        bool, typer.Option("--all-teams", help="They see all teams again.")
    ] = False,
    goal: GoalOption = None,
    store: StoreOption = None,
) -> None:
    """Change somebody; what is not named stays as it is."""
    from flows.serving import open_desk
    from pipeline.desk import audit, people

    with open_desk(settings_with(store=store)).writing() as connection:
        user = people.found_user(connection, name)
        new_role = role or user.role
        kept_agent = user.agent if new_role is UserRole.AGENT else None
        changed = people.change_user(
            connection,
            user.user_id,
            new_role,
            name=full_name or user.name,
            agent=agent or kept_agent,
            teams=() if all_teams else tuple(team) if team else user.teams,
            goal_per_week=goal or user.goal_per_week,
        )
        detail: dict[str, JsonValue] = {"role": changed.role.value, "teams": list(changed.teams)}
        subject = f"user:{user.user_id}"
        audit.record(connection, audit.SYSTEM, "user.changed", subject, detail)
    ERR.print(f"{escape(changed.user_id)} is {changed.role.value} and sees {_sees(changed)}.")


@app.command(epilog=examples("callqa users deactivate grace"))
def deactivate(name: NameArgument, store: StoreOption = None) -> None:
    """Log somebody out and let them in no more; what they said and did stays."""
    _set_active(name, store, active=False)


@app.command(epilog=examples("callqa users activate grace"))
def activate(name: NameArgument, store: StoreOption = None) -> None:
    """Let somebody in again."""
    _set_active(name, store, active=True)


@app.command(epilog=examples("callqa users link grace"))
def link(name: NameArgument, store: StoreOption = None) -> None:
    """Print a new link with which somebody sets a password; earlier links end."""
    settings = settings_with(store=store)
    from flows.serving import open_desk
    from pipeline.desk import people

    with open_desk(settings).reading() as connection:
        user = people.found_user(connection, name)
    _print_link(settings, user)


def _set_active(name: str, store: str | None, *, active: bool) -> None:
    from flows.serving import open_desk
    from pipeline.desk import audit, logins

    with open_desk(settings_with(store=store)).writing() as connection:
        user = logins.set_access(connection, name, active, by=audit.SYSTEM)
    may = "may log in again" if active else "may no longer log in, and was logged out"
    ERR.print(f"{escape(user.user_id)} {may}.")


def _print_link(settings: Settings, user: User) -> None:
    """Print a one-time link; behind a proxy there is nothing to set."""
    from flows.serving import address_of, open_desk
    from pipeline.desk import audit, links

    if settings.proxy_user_header is not None:
        ERR.print(f"{escape(user.user_id)} comes in through the proxy; no password is needed.")
        return
    with open_desk(settings).writing() as connection:
        token = links.make(connection, "set_password", user.user_id)
        audit.record(connection, audit.SYSTEM, "link.made", f"user:{user.user_id}")
    ERR.print(f"Send this to {escape(user.user_id)}; it works once, within 24 hours:")
    OUT.print(escape(f"{address_of(settings)}/welcome/{token}"), soft_wrap=True)


def _sees(user: User) -> str:
    if user.agent is not None:
        return f"calls of {user.agent}"
    if user.role is UserRole.ADMIN or not user.teams:
        return "all teams"
    return ", ".join(user.teams)


def _state(user: User) -> str:
    if not user.active:
        return "deactivated"
    return "active" if user.has_password else "no password set"
