"""The register of projects and the list of clients. Numbers of persons appear masked, on paper too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, not_, or_

from crm.archive.credit import register
from crm.archive.credit.models import (
    CLIENT_TITLES,
    IMPORT_TITLES,
    PROJECT_STATE_TITLES,
    PROJECT_TITLES,
    Client,
    ClientKind,
    Project,
    ProjectKind,
    ProjectState,
    RegisterImport,
)
from crm.archive.credit.queries import first_year, transferors
from crm.archive.numbers.models import ArchiveNumber
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number
from crm.phones import mask_phone

TONES = {
    ProjectState.applied: "grey",
    ProjectState.approved: "purple",
    ProjectState.ended: "blue",
    ProjectState.settled: "green",
    ProjectState.refused: "grey",
    ProjectState.withdrawn: "grey",
}
RUNNING_TITLES = {ProjectKind.loan: _l("Disbursed"), ProjectKind.guarantee: _l("Guaranteed")}
FIRST_YEAR = 2010  # of the years always offered; the policy's own example is of 2012


def is_overdue(row: Any, day: date) -> bool:
    """Past its due day with something outstanding; the due day itself is still in time."""
    return row.due_on is not None and row.due_on < day and row.outstanding > 0


def state_words(row: Any, day: date) -> str:
    if is_overdue(row, day):
        return _("%(days)s days overdue", days=(day - row.due_on).days)
    if row.state is ProjectState.ended:
        return str(RUNNING_TITLES[row.kind])
    return str(PROJECT_STATE_TITLES[row.state])


def tone(row: Any, day: date) -> str:
    return "red" if is_overdue(row, day) else TONES[row.state]


def _project(row: Any) -> str:
    return url_for("credit.project", project_id=row.id)


def _client(row: Any) -> str:
    return url_for("credit.client", client_id=row.client_id)


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(
        name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles.items()]
    )


def _year(value: str) -> ColumnElement[bool]:
    """Of the end, as the archive number has it; of the application before there is one."""
    year = int(value)
    return or_(
        register.in_year(Project.ends_on, year),
        Project.ends_on.is_(None) & register.in_year(Project.applied_on, year),
    )


def projects(day: date) -> Listing:
    return Listing(
        title=_l("Register of loans and guarantees"),
        query=register.projects(),
        columns=_columns(day),
        filters=tuple(_filters(day)),
        order=(Project.applied_on.desc(), Project.id.desc()),
        export_permission=Permission.credit_read,
        empty=_l("No project is here. An application begins with “Enter an application”."),
    )


def _columns(day: date) -> tuple[Column, ...]:
    number = Number.serial
    return (
        Column(
            name="number",
            title=_l("Archive number"),
            value=lambda row: row.number or _("not yet"),
            order=ArchiveNumber.year * 100_000 + number,
            link=_project,
        ),
        Column(name="client", title=_l("Client"), order=Client.name, link=_client),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(PROJECT_TITLES[row.kind])),
        _money("amount", _l("Sum (yuan)"), Project.amount),
        _money("outstanding", _l("Outstanding (yuan)"), register.OUTSTANDING),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: state_words(row, day),
            kind="badge",
            tone=lambda row: tone(row, day),
        ),
        _day("due_on", _l("Due on"), Project.due_on),
        Column(name="a", title=_l("A"), order=register.A.full_name),
        Column(name="b", title=_l("B"), order=register.B.full_name),
        _day("applied_on", _l("Applied for on"), Project.applied_on),
        _day("ends_on", _l("Disbursed on"), Project.ends_on),
        _day("settled_on", _l("Settled on"), Project.settled_on),
        Column(name="rate", title=_l("Rate (%)"), kind="area", order=Project.rate),
        Column(
            name="term", title=_l("Months"), value=attrgetter("term_months"), kind="number", order=Project.term_months
        ),
    )


def _money(name: str, title: Any, column: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="money", order=column, total=name)


def _day(name: str, title: Any, column: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=column)


def _filters(day: date) -> Iterable[Filter]:
    managers = transferors()
    years = {str(year): str(year) for year in range(day.year, min(first_year(day), FIRST_YEAR) - 1, -1)}
    yield Filter(name="q", title=_l("Number, client or title"), condition=register.about)
    yield _choice("kind", _l("Kind"), lambda value: Project.kind == ProjectKind(value), PROJECT_TITLES)
    yield _choice("state", _l("State"), lambda value: Project.state == ProjectState(value), PROJECT_STATE_TITLES)
    yield _choice("a", _l("A"), lambda value: Project.a_id == int(value), managers)
    yield _choice("b", _l("B"), lambda value: Project.b_id == int(value), managers)
    yield _choice("year", _l("Year"), _year, years)
    due = {"overdue": _l("Overdue"), "soon": _l("Within 30 days")}
    yield _choice("due", _l("Due"), lambda value: register.due(value, day), due)
    outstanding = {"yes": _l("Something"), "no": _l("Nothing")}
    yield _choice("outstanding", _l("Outstanding"), _outstanding, outstanding)


def _outstanding(value: str) -> ColumnElement[bool]:
    something = and_(Decimal(0) < register.OUTSTANDING)
    return something if value == "yes" else not_(something)


def clients() -> Listing:
    return Listing(
        title=_l("Clients"),
        query=register.clients(),
        columns=(
            Column(
                name="name",
                title=_l("Name"),
                order=Client.name,
                link=lambda row: url_for("credit.client", client_id=row.id),
            ),
            Column(name="kind", title=_l("Kind"), value=lambda row: str(CLIENT_TITLES[row.kind])),
            Column(
                name="paper", title=_l("Credit code or ID number"), value=lambda row: row.credit_code or row.id_masked
            ),
            Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else ""),
            Column(name="projects", title=_l("Projects"), kind="number"),
            Column(name="outstanding", title=_l("Outstanding (yuan)"), kind="money", total="outstanding"),
        ),
        filters=(
            Filter(name="q", title=_l("Name or credit code"), condition=_named),
            _choice("kind", _l("Kind"), lambda value: Client.kind == ClientKind(value), CLIENT_TITLES),
        ),
        order=(Client.name, Client.id),
        export_permission=Permission.credit_read,
        empty=_l("No client is registered yet."),
    )


def _named(text: str) -> ColumnElement[bool]:
    return or_(holding(text, Client.name), Client.credit_code == text.upper())


def imports() -> Listing:
    return Listing(
        title=_l("Registers taken over"),
        query=register.imports(),
        columns=(
            Column(
                name="name", title=_l("File"), link=lambda row: url_for("credit.show_import", register_import_id=row.id)
            ),
            Column(name="state", title=_l("State"), value=lambda row: str(IMPORT_TITLES[row.state]), kind="badge"),
            Column(name="started_at", title=_l("When"), kind="date"),
            Column(name="started_by", title=_l("By whom")),
        ),
        order=(RegisterImport.id.desc(),),
        export_permission=Permission.dossier_keep,
        empty=_l("No register was taken over yet."),
    )
