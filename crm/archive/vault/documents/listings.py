"""权证台帐: every title document with its file's number, place and who answers for it, at the end of any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_, true

from crm.archive.credit.models import Client, Project
from crm.archive.dossiers.models import Dossier, Location
from crm.archive.vault.documents import queries
from crm.archive.vault.documents.reports import place_of, timing
from crm.archive.vault.documents.timing import latest_late
from crm.archive.vault.models import Delay, TitleDocument, TitleState, TitleVoucher
from crm.archive.vault.models.document import DELAY_TITLES, KIND_TITLES, STATE_TITLES
from crm.auth.permissions import Permission
from crm.dates import business_day, parse_date
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number
from crm.web.forms import id_in
from crm.worktime.queries import calendar

S = TitleState
TONES = {
    S.expected: "grey",
    S.with_a: "orange",
    S.verifying: "blue",
    S.received: "blue",
    S.in_vault: "green",
    S.out: "purple",
    S.released: "grey",
    S.lost: "red",
    S.replaced: "grey",
    S.void: "grey",
}
SHORT = {Delay.alarm: _l("Not the same day"), Delay.breach: _l("Breach")}
BACK_TITLES = {"late": _l("Past its day"), "out": _l("Out for a time")}


def ledger(day: date) -> Listing:
    """As it was at the end of `day`."""
    return Listing(
        title=_l("Ledger of title documents"),
        query=queries.ledger(day),
        columns=_columns(day),
        filters=_filters(day),
        order=(TitleDocument.id.desc(),),
        export_permission=Permission.title_read,
        empty=_l("No title document is entered yet. A or B enters them on their project's page."),
    )


def delay_in_words(row: Any, day: date) -> str:
    found = timing(row.obtained_at, row.placed_at, row.state, day)
    if found is None:
        return ""
    if found.delay is not None:
        return str(SHORT[found.delay])
    return _("due today") if found.placed_on is None and found.terms.due_on == day else _("in time")


def delay_tone(row: Any, day: date) -> str:
    found = timing(row.obtained_at, row.placed_at, row.state, day)
    late = {Delay.alarm: "orange", Delay.breach: "red"}
    return "green" if found is None or found.delay is None else late[found.delay]


def _back_tone(row: Any, day: date) -> str:
    return "red" if row.back_on and row.back_on < day else "grey"


def _columns(day: date) -> tuple[Column, ...]:
    return (*_what(), *_where(day), *_besides())


def _what() -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("File number"),
            value=lambda row: row.number or _("no number yet"),
            order=Number.serial,
        ),
        Column(
            name="name",
            title=_l("Name on it"),
            order=TitleDocument.name,
            link=lambda row: url_for("vault.document", title_id=row.id),
        ),
        Column(name="certificate_no", title=_l("Certificate number"), order=TitleDocument.certificate_no),
        Column(name="quantity", title=_l("Quantity"), kind="number", order=TitleDocument.quantity),
    )


def _where(day: date) -> tuple[Column, ...]:
    return (
        Column(
            name="state",
            title=_l("Stands at"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            order=TitleDocument.state,
            tone=lambda row: TONES[row.state],
        ),
        Column(name="place", title=_l("Where it is"), value=place_of),
        Column(name="answers", title=_l("Answers for it"), value=lambda row: row.answers or ""),
        Column(
            name="delay",
            title=_l("Into the vault"),
            value=lambda row: delay_in_words(row, day),
            kind="badge",
            tone=lambda row: delay_tone(row, day),
        ),
        Column(
            name="back_on",
            title=_l("Back by"),
            value=lambda row: row.back_on.isoformat() if row.back_on else "",
            kind="badge",
            order=TitleVoucher.back_on,
            tone=lambda row: _back_tone(row, day),
        ),
    )


def _besides() -> tuple[Column, ...]:
    return (
        Column(
            name="kind",
            title=_l("Kind"),
            value=lambda row: str(KIND_TITLES[row.kind]),
            order=TitleDocument.kind,
            at_first=False,
        ),
        Column(name="project", title=_l("Project"), order=Project.title, at_first=False),
        Column(name="owner", title=_l("Owner or holder of the right"), at_first=False),
        Column(name="issued_by", title=_l("Registry"), at_first=False),
        Column(
            name="obtained_at", title=_l("Obtained at"), kind="date", order=TitleDocument.obtained_at, at_first=False
        ),
        Column(name="placed_at", title=_l("In the vault since"), kind="date", at_first=False),
    )


def _about(text: str) -> ColumnElement[bool]:
    return holding(text, TitleDocument.name, TitleDocument.certificate_no, TitleDocument.owner)


def _project(text: str) -> ColumnElement[bool]:
    return holding(text, Project.title, Client.name, Dossier.code, Number.text)


def _place(text: str) -> ColumnElement[bool]:
    """A safe with all its slots, or one slot."""
    key = id_in(text)
    return or_(Location.id == key, Location.parent_id == key) if key is not None else false()


def _back(value: str, day: date) -> ColumnElement[bool]:
    if value == "late":
        return TitleVoucher.back_on < day
    return TitleVoucher.back_on.is_not(None) if value in BACK_TITLES else false()


def _delay(value: str, day: date) -> ColumnElement[bool]:
    if value not in set(Delay):
        return false()
    return queries.late_on(day, latest_late(day, Delay(value), calendar()))


def _filters(day: date) -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Name, number or owner"), condition=_about),
        choice_filter("state", _l("Stands at"), queries.state_on(day), STATE_TITLES),
        choice_filter("kind", _l("Kind"), TitleDocument.kind, KIND_TITLES),
        Filter(name="project", title=_l("Project, client or number"), condition=_project),
        Filter(
            name="place",
            title=_l("Where it is"),
            condition=_place,
            choices=[(str(key), path) for key, path in queries.safes().items()],
        ),
        Filter(
            name="back",
            title=_l("Back by"),
            condition=lambda value: _back(value, day),
            choices=list(BACK_TITLES.items()),
        ),
        Filter(
            name="late",
            title=_l("Into the vault"),
            condition=lambda value: _delay(value, day),
            choices=[(each.value, title) for each, title in DELAY_TITLES.items()],
        ),
        Filter(name="on", title=_l("As of the day"), condition=lambda _day: true(), hint="2026-11-23"),
    )


def day_named(text: str) -> date:
    """The day that the address names; today for none, a wrong one, or one still to come."""
    today = business_day()
    try:
        return min(parse_date(text, today), today) if text else today
    except ValueError:
        return today
