"""Who works here: for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel, JsonValue

from pipeline.desk import links, logins, people
from pipeline.desk.queries import query
from pipeline.errors import InputError
from pipeline.people import User, UserRole
from review.context import Admin, ServicesOf, address_of, audited, back_to, page, services_of
from review.security.viewer import Viewer
from review.services import Services

router = APIRouter(prefix="/people")

HERE = "/people"
ROLES = (
    (UserRole.REVIEWER, "Reviewer: reviews calls"),
    (UserRole.LEAD, "Lead: also figures, coaching, disputes, rubrics"),
    (UserRole.ADMIN, "Admin: also users, audit log, hooks"),
    (UserRole.AGENT, "Agent: only their own calls, once a review was released"),
)


class UserForm(BaseModel):
    """What stands in the form about a user, as typed."""

    user_id: str = ""
    name: str = ""
    role: UserRole = UserRole.REVIEWER
    agent: str = ""
    teams: str = ""
    """One per line."""
    goal_per_week: str = ""

    def goal(self) -> int | None:
        """Return the goal.

        Raises:
            InputError: It is no number.
        """
        typed = self.goal_per_week.strip()
        if typed and not (typed.isascii() and typed.isdigit()):
            raise InputError(f"a goal is a number of reviews a week, got {typed!r}")
        return int(typed[:9]) if typed else None

    def team_names(self) -> tuple[str, ...]:
        """Return the teams."""
        return tuple(line.strip() for line in self.teams.splitlines() if line.strip())


Filled = Annotated[UserForm, Form()]


@router.get("")
def list_people(request: Request, viewer: Admin, services: ServicesOf) -> Response:
    """List everybody, with the form that adds somebody."""
    return _people(request, viewer, services, UserForm())


@router.post("")
def add(request: Request, viewer: Admin, services: ServicesOf, form: Filled) -> Response:
    """Add somebody, and show the link with which they set their password, this once."""
    try:
        with services.desk.writing() as connection:
            user = people.add_user(
                connection,
                form.user_id,
                form.role,
                name=form.name,
                agent=form.agent.strip() or None,
                teams=form.team_names(),
                goal_per_week=form.goal(),
                added_by=viewer.user.user_id,
            )
            token = links.make(connection, "set_password", user.user_id)
            subject = f"user:{user.user_id}"
            audited(request, viewer, "user.added", subject, {"role": user.role.value}, connection)
    except InputError as error:
        return _people(request, viewer, services, form, f"{error}.")
    if services.settings.proxy_user_header is not None:
        return back_to(HERE, f"{user.user_id} was added and may come in through your login.")
    return page(request, viewer, "people/link.html", user=user, address=_address(request, token))


@router.get("/{user_id}")
def show(request: Request, viewer: Admin, services: ServicesOf, user_id: str) -> Response:
    """Show one user with the form that changes them."""
    user = _user(services, user_id)
    form = UserForm(
        user_id=user.user_id,
        name=user.name,
        role=user.role,
        agent=user.agent or "",
        teams="\n".join(user.teams),
        goal_per_week=str(user.goal_per_week or ""),
    )
    return _one(request, viewer, services, user, form)


@router.post("/{user_id}")
def change(
    request: Request, viewer: Admin, services: ServicesOf, user_id: str, form: Filled
) -> Response:
    """Change somebody's role, name, teams or goal."""
    user = _user(services, user_id)
    try:
        with services.desk.writing() as connection:
            changed = people.change_user(
                connection,
                user.user_id,
                form.role,
                name=form.name,
                agent=form.agent.strip() or None,
                teams=form.team_names(),
                goal_per_week=form.goal(),
            )
            detail: dict[str, JsonValue] = {
                "role": changed.role.value,
                "teams": list(changed.teams),
                "before": {"role": user.role.value, "teams": list(user.teams)},
            }
            subject = f"user:{user.user_id}"
            audited(request, viewer, "user.changed", subject, detail, connection)
    except InputError as error:
        return _one(request, viewer, services, user, form, f"{error}.")
    return back_to(HERE, f"{user.user_id} was changed.")


@router.post("/{user_id}/active")
def set_active(
    request: Request,
    viewer: Admin,
    services: ServicesOf,
    user_id: str,
    active: Annotated[bool, Form()],
) -> Response:
    """Let somebody in again, or no longer: then their sessions and tokens end at once."""
    user = _user(services, user_id)
    try:
        with services.desk.writing() as connection:
            logins.set_access(
                connection,
                user.user_id,
                active,
                by=viewer.user.user_id,
                address=address_of(request),
            )
    except InputError as error:
        return back_to(HERE, f"{error}.", "bad")
    done = "may log in again" if active else "may no longer log in, and was logged out"
    return back_to(HERE, f"{user.user_id} {done}.")


@router.post("/{user_id}/link")
def new_link(request: Request, viewer: Admin, services: ServicesOf, user_id: str) -> Response:
    """Make another link with which somebody sets a password, and show it, this once."""
    user = _user(services, user_id)
    if not user.active or services.settings.proxy_user_header is not None:
        return back_to(HERE, f"{user.user_id} cannot use a link.", "bad")
    with services.desk.writing() as connection:
        token = links.make(connection, "set_password", user.user_id)
        audited(request, viewer, "link.made", f"user:{user.user_id}", None, connection)
    return page(request, viewer, "people/link.html", user=user, address=_address(request, token))


def _people(
    request: Request, viewer: Viewer, services: Services, form: UserForm, problem: str = ""
) -> Response:
    with services.desk.reading() as connection:
        everybody = people.users(connection)
    return _with_form(
        request, viewer, services, "people/list.html", form, problem, people=everybody
    )


def _one(
    request: Request,
    viewer: Viewer,
    services: Services,
    user: User,
    form: UserForm,
    problem: str = "",
) -> Response:
    return _with_form(request, viewer, services, "people/one.html", form, problem, user=user)


def _with_form(
    request: Request,
    viewer: Viewer,
    services: Services,
    template: str,
    form: UserForm,
    problem: str,
    **context: object,
) -> Response:
    """Return a page with the form about a user."""
    with services.desk.reading() as connection:
        agents = tuple(connection.execute(query("known_agents")).scalars())
        teams = tuple(connection.execute(query("known_teams")).scalars())
    return page(
        request,
        viewer,
        template,
        400 if problem else 200,
        form=form,
        problem=problem,
        roles=ROLES,
        agents=agents,
        teams=teams,
        proxied=services.settings.proxy_user_header is not None,
        **context,
    )


def _user(services: Services, user_id: str) -> User:
    """Return a user.

    Raises:
        HTTPException: 404; there is none.
    """
    with services.desk.reading() as connection:
        user = people.user_of(connection, user_id)
    if user is None:
        raise HTTPException(404, "There is no such user. The list under Users has all of them.")
    return user


def _address(request: Request, token: str) -> str:
    """Return the address that somebody is sent."""
    public = services_of(request).settings.public_url
    return f"{(public or str(request.base_url)).rstrip('/')}/welcome/{token}"
