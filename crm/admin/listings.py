"""The lists of the administrator's desk: accounts, departments, sessions, log-ins."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, exists

from crm.admin import queries
from crm.admin.log import in_words, readable, title_of
from crm.audit.models import LogEntry
from crm.auth.devices import device_name
from crm.auth.models import Department, LoginAttempt, LoginSession, User, UserEstate, UserRole
from crm.auth.permissions import RoleName
from crm.auth.titles import ROLE_TITLES
from crm.dates import utc_now
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.queries import estate_names

OUTCOME_TITLES = {
    "entered": _l("Signed in"),
    "refused": _l("Refused: wrong name or password"),
    "held": _l("Held: too many tries"),
    "half_open": _l("Password right, code awaited"),
    "code_refused": _l("Refused: wrong code"),
    "confirmation_refused": _l("Refused: wrong password when asked again"),
}
OUTCOME_TONES = {"entered": "green", "half_open": "blue", "held": "red"}  # the others are orange


def _user(row: Any) -> str:
    return url_for("admin.user", user_id=row.id)


def role_titles(codes: str | None) -> str:
    """Codes with commas between -> titles in the order of the roles."""
    held = set((codes or "").split(","))
    return "、".join(str(title) for role, title in ROLE_TITLES.items() if role in held)


def _choices(titles: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(key), title) for key, title in titles.items()]


USER_COLUMNS = (
    Column(name="full_name", title=_l("Name"), order=User.full_name, link=_user),
    Column(name="username", title=_l("User name"), order=User.username),
    Column(name="department", title=_l("Department"), order=Department.name),
    Column(name="roles", title=_l("Roles"), value=lambda row: role_titles(row.roles), kind="long"),
    Column(
        name="estates",
        title=_l("Estates"),
        value=lambda row: _("Every estate") if row.all_estates else row.estates or _("None"),
        kind="long",
    ),
    Column(name="last", title=_l("Last log-in"), kind="date"),
    Column(
        name="active",
        title=_l("State"),
        value=lambda row: _("In use") if row.active else _("Out of use"),
        kind="badge",
        order=User.active,
        tone=lambda row: "green" if row.active else "grey",
    ),
)


NAMED = Filter(
    name="q",
    title=_l("Name or user name"),
    condition=lambda text: (
        User.full_name.contains(text, autoescape=True) | User.username.contains(text.casefold(), autoescape=True)
    ),
)


def _sees(estate_id: str) -> ColumnElement[bool]:
    held = exists().where(UserEstate.user_id == User.id, UserEstate.estate_id == int(estate_id))
    return User.all_estates | held


def _has_role(role: str) -> ColumnElement[bool]:
    return exists().where(UserRole.user_id == User.id, UserRole.role == RoleName(role))


def users() -> Listing:
    departments = {row.id: row.name for row in queries.departments()}
    estates = estate_names()
    return Listing(
        title=_l("Accounts"),
        query=queries.users(),
        columns=USER_COLUMNS,
        filters=(
            NAMED,
            Filter(name="role", title=_l("Roles"), condition=_has_role, choices=_choices(ROLE_TITLES)),
            Filter(
                name="department",
                title=_l("Department"),
                condition=lambda key: User.department_id == int(key),
                choices=_choices(departments),
            ),
            Filter(name="estate", title=_l("Sees the estate"), condition=_sees, choices=_choices(estates)),
            Filter(
                name="active",
                title=_l("State"),
                condition=lambda state: User.active == (state == "yes"),
                choices=(("yes", _l("In use")), ("no", _l("Out of use"))),
            ),
        ),
        order=(User.active.desc(), User.full_name, User.id),
        empty=_l("No account fits."),
    )


def departments(*, may_edit: bool) -> Listing:
    def link(row: Any) -> str:
        return url_for("admin.edit_department", department_id=row.id)

    def members(row: Any) -> str:
        return url_for("admin.users", department=row.id)

    return Listing(
        title=_l("Departments"),
        query=queries.department_rows(),
        columns=(
            Column(name="name", title=_l("Department"), order=Department.name, link=link if may_edit else None),
            Column(
                name="members",
                title=_l("Accounts in use"),
                kind="number",
                link=members,
                total="members",
            ),
            Column(name="supervisors", title=_l("Supervised by"), kind="long"),
        ),
        order=(Department.name, Department.id),
        empty=_l("No department yet."),
    )


SESSION_COLUMNS = (
    Column(name="username", title=_l("User name"), order=User.username),
    Column(name="address", title=_l("Network address"), order=LoginSession.address),
    Column(name="agent", title=_l("Device"), value=lambda row: device_name(row.agent)),
    Column(
        name="started",
        title=_l("Signed in"),
        value=attrgetter("started_at"),
        kind="date",
        order=LoginSession.started_at,
    ),
    Column(name="seen", title=_l("Last used"), value=attrgetter("seen_at"), kind="date", order=LoginSession.seen_at),
)


def sessions(*, may_end: bool) -> Listing:
    def link(row: Any) -> str:
        return url_for("admin.end_session", session_id=row.id)

    settings = current_app.config["SETTINGS"]
    name = Column(name="full_name", title=_l("Name"), order=User.full_name, link=link if may_end else None)
    return Listing(
        title=_l("Sessions"),
        query=queries.live_sessions(utc_now(), settings.idle_limit, settings.absolute_limit),
        columns=(name, *SESSION_COLUMNS),
        filters=(
            NAMED,
            Filter(
                name="address",
                title=_l("Network address begins with"),
                condition=lambda text: LoginSession.address.startswith(text, autoescape=True),
            ),
        ),
        order=(LoginSession.seen_at.desc(), LoginSession.id),
        empty=_l("Nobody is signed in."),
    )


def logins() -> Listing:
    return Listing(
        title=_l("Log-ins"),
        query=queries.attempts(),
        columns=(
            Column(name="at", title=_l("When"), kind="date", order=LoginAttempt.at),
            Column(name="username", title=_l("User name"), order=LoginAttempt.username),
            Column(name="address", title=_l("Network address"), order=LoginAttempt.address),
            Column(
                name="outcome",
                title=_l("What came of it"),
                value=lambda row: str(OUTCOME_TITLES.get(row.outcome, row.outcome)),
                kind="badge",
                tone=lambda row: OUTCOME_TONES.get(row.outcome, "orange"),
            ),
        ),
        filters=(
            Filter(
                name="q",
                title=_l("User name begins with"),
                condition=lambda text: LoginAttempt.username.startswith(text.casefold(), autoescape=True),
            ),
            Filter(
                name="address",
                title=_l("Network address begins with"),
                condition=lambda text: LoginAttempt.address.startswith(text, autoescape=True),
            ),
            Filter(
                name="outcome",
                title=_l("What came of it"),
                condition=lambda outcome: LoginAttempt.outcome == outcome,
                choices=_choices(OUTCOME_TITLES),
            ),
            *period_filters(LoginAttempt.at),
        ),
        order=(LoginAttempt.id.desc(),),
        empty=_l("Nobody has tried to sign in yet."),
    )


def entries(query: Select[LogEntry]) -> Listing:
    """The operation log as a workbook or on paper; its page goes by entry numbers instead (`crm.admin.log`)."""
    return Listing(
        title=_l("Operation log"),
        query=query,
        columns=(
            Column(name="id", title=_l("No."), value=lambda row: row.LogEntry.id, kind="number"),
            Column(name="at", title=_l("When"), value=lambda row: row.LogEntry.at, kind="date"),
            Column(name="who", title=_l("Who"), value=lambda row: row.LogEntry.actor),
            Column(name="kind", title=_l("Event"), value=lambda row: title_of(row.LogEntry.kind)),
            Column(
                name="data", title=_l("In detail"), value=lambda row: in_words(readable(row.LogEntry.data)), kind="long"
            ),
            Column(name="address", title=_l("Network address"), value=lambda row: row.LogEntry.address),
            Column(name="request", title=_l("Request"), value=lambda row: row.LogEntry.request_id),
        ),
        order=(LogEntry.id.desc(),),
    )
