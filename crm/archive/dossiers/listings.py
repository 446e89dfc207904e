"""The lists of dossiers: as they are now, the ledger 档案台帐 of any day, what waits for approval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false, or_

from crm.archive.dossiers import queries
from crm.archive.dossiers.history import used_shown
from crm.archive.dossiers.ledger import filed_on, state_on
from crm.archive.dossiers.models import Correction, Dossier, Location, Removal
from crm.archive.dossiers.models.dossier import SECURITY_TITLES, STATE_TITLES, DossierState, Security
from crm.archive.dossiers.models.records import ASK_TITLES, AskState
from crm.archive.dossiers.models.template import KIND_TITLES
from crm.archive.dossiers.queries import ESTATE
from crm.archive.dossiers.reports import archivists_on, business_day_of, end_of
from crm.archive.dossiers.service.records import field_title, value_title
from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.numbers.naming import parse
from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.numbering import Number

TONES = {
    DossierState.forming: "blue",
    DossierState.filed: "green",
    DossierState.open: "blue",
    DossierState.closed: "grey",
    DossierState.destroyed: "red",
}
ASK_TONES = {AskState.asked: "orange", AskState.approved: "green", AskState.refused: "grey"}


def number_shown(row: Any) -> str:
    """The code, or the number that is reserved for it."""
    if row.code:
        return str(row.code)
    return _("%(number)s (reserved)", number=row.number) if row.number else _("no number yet")


def where_shown(row: Any) -> str:
    return str(row.path or row.holder or "")


def _dossier(row: Any) -> str:
    return url_for("dossiers.show", dossier_id=row.id)


def _called(text: str) -> ColumnElement[bool]:
    """By number in any spelling, code or title, or by a contract's number, derived or as it was signed."""
    number = parse(text)
    written = number.whole.text if number else text
    numbered = holding(written, Dossier.code, Number.text)
    return or_(numbered, queries.called(text), Dossier.id.in_(queries.with_contract(number.text if number else text)))


def _at(text: str) -> ColumnElement[bool]:
    return holding(text, Location.path, User.full_name)


def _of_year(text: str) -> ColumnElement[bool]:
    """Of the number, where there is one; else of the opening."""
    if not (text.isdecimal() and len(text) == 4 and 1900 <= int(text) <= 9998):
        return false()
    return queries.of_year(int(text))


KIND = choice_filter("kind", _l("Kind"), Dossier.kind, KIND_TITLES)
STATE = choice_filter("state", _l("State"), Dossier.state, STATE_TITLES)
SECURITY_IS = Filter(
    name="security",
    title=_l("Security class"),
    condition=lambda value: queries.shown_security() == Security(value),
    choices=[(each.value, title) for each, title in SECURITY_TITLES.items()],
)
CALLED = Filter(name="q", title=_l("Number or title"), condition=_called)
AT = Filter(name="place", title=_l("Place or person"), condition=_at)
YEAR = Filter(name="year", title=_l("Year"), condition=_of_year)
NUMBER = Column(name="number", title=_l("Archive number"), value=number_shown, order=queries.BY_NUMBER, link=_dossier)
TITLE = Column(name="title", title=_l("Dossier title"), kind="long", order=Dossier.title)
KIND_SHOWN = Column(name="kind", title=_l("Kind"), value=lambda row: str(KIND_TITLES[row.kind]), order=Dossier.kind)
SECURITY = Column(name="security", title=_l("Security class"), value=lambda row: str(SECURITY_TITLES[row.security]))
WHERE = Column(name="where", title=_l("Place or person"), value=where_shown, order=Location.path)
OPENED = Column(
    name="opened", title=_l("Dossier opened on"), value=attrgetter("opened_on"), kind="date", order=Dossier.opened_on
)
ITEMS = Column(name="items", title=_l("Documents"), kind="number")
PAGES = Column(name="pages", title=_l("Page count"), kind="number")
ESTATE_SHOWN = Column(name="estate", title=_l("Estate"), order=ESTATE.c.name)


def _filed_on(row: Any) -> date | None:
    return business_day_of(row.filed_at) if row.filed_at else None


def dossiers() -> Listing:
    return Listing(
        title=_l("Dossiers"),
        query=queries.listed(),
        columns=(
            NUMBER,
            TITLE,
            KIND_SHOWN,
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(STATE_TITLES[row.state]),
                kind="badge",
                order=Dossier.state,
                tone=lambda row: TONES[row.state],
            ),
            WHERE,
            OPENED,
            Column(name="filed", title=_l("Filed on"), value=_filed_on, kind="date", order=Dossier.filed_at),
            ITEMS,
            PAGES,
            SECURITY,
            ESTATE_SHOWN,
        ),
        filters=(CALLED, KIND, STATE, AT, YEAR, SECURITY_IS),
        order=(Dossier.opened_on.desc(), Dossier.id.desc()),
        export_permission=Permission.dossier_read,
        empty=_l("No dossier yet. Customers get theirs when they are registered, projects when they are entered."),
    )


def ledger(day: date) -> Listing:
    """档案台帐 at the end of a business day: a query over custody and filing, nothing typed."""
    return Listing(
        title=_("Archive ledger of %(day)s", day=day.isoformat()),
        query=queries.listed_on(end_of(day)),
        columns=_ledger_columns(day),
        filters=(CALLED, KIND, AT, YEAR),
        order=(Dossier.kind, Dossier.opened_on, Dossier.id),
        export_permission=Permission.dossier_read,
        empty=_l("No dossier stood in the archive that day."),
    )


def _ledger_columns(day: date) -> tuple[Column, ...]:
    archivists = archivists_on(day) or _("nobody was appointed")

    def filed(row: Any) -> date | None:
        return filed_on(row, day)

    def state(row: Any) -> str:
        return str(STATE_TITLES[state_on(row, day)])

    return (
        NUMBER,
        TITLE,
        KIND_SHOWN,
        Column(name="state", title=_l("State that day"), value=state),
        OPENED,
        Column(name="filed", title=_l("Filed on"), value=filed, kind="date"),
        ITEMS,
        PAGES,
        SECURITY,
        WHERE,
        Column(name="answers", title=_l("Answers for it"), value=lambda row: row.holder or archivists),
        ESTATE_SHOWN,
    )


def _document(row: Any) -> str:
    return " ".join(filter(None, (row.item_code, row.document or row.title)))


def _said(row: Any, name: str) -> str:
    return value_title(row.Correction.field, getattr(row.Correction, name))


def corrections() -> Listing:
    def field(row: Any) -> str:
        return str(field_title(row.Correction.field, of_item=row.Correction.item_id is not None))

    return _asks(
        Correction,
        _l("Corrections"),
        "dossiers.correction",
        (
            Column(name="field", title=_l("Field"), value=field),
            Column(name="old", title=_l("Filed as"), value=lambda row: _said(row, "old"), kind="long"),
            Column(name="new", title=_l("To be shown"), value=lambda row: _said(row, "new"), kind="long"),
        ),
    )


def removals() -> Listing:
    return _asks(
        Removal,
        _l("Removals"),
        "dossiers.removal",
        (Column(name="receiver", title=_l("Receiver"), value=lambda row: row.Removal.receiver),),
    )


def _asks(model: type[Correction] | type[Removal], title: Any, endpoint: str, own: tuple[Column, ...]) -> Listing:
    def one(row: Any) -> Any:
        return getattr(row, model.__name__)

    def link(row: Any) -> str:
        return url_for(endpoint, **{f"{endpoint.partition('.')[2]}_id": one(row).id})

    return Listing(
        title=title,
        query=queries.asks(model),
        columns=(
            Column(name="number", title=_l("Archive number"), value=lambda row: row.code or "", link=link),
            Column(name="document", title=_l("Document"), value=_document, kind="long"),
            *own,
            *_asked(one),
        ),
        filters=(
            CALLED_ASK,
            choice_filter("state", _l("State"), model.state, ASK_TITLES),
        ),
        order=(model.id.desc(),),
        export_permission=Permission.dossier_read,
        empty=_l("Nothing was asked for yet."),
    )


def _asked(one: Callable[[Any], Any]) -> tuple[Column, ...]:
    """Why, when and by whom, and what came of it."""
    return (
        Column(name="reason", title=_l("Reason"), value=lambda row: one(row).reason, kind="long"),
        Column(name="asked", title=_l("Asked for on"), value=lambda row: one(row).asked_at, kind="date"),
        Column(name="by", title=_l("Asked by"), value=attrgetter("full_name")),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(ASK_TITLES[one(row).state]),
            kind="badge",
            tone=lambda row: ASK_TONES[one(row).state],
        ),
    )


CALLED_ASK = Filter(
    name="q",
    title=_l("Number or title"),
    condition=lambda text: or_(holding(text, Dossier.code), queries.called(text)),
)


def uses() -> Listing:
    """利用登记: who opened or printed what, when, and what for (P-04)."""
    return Listing(
        title=_l("Register of use"),
        query=queries.uses(),
        columns=(
            Column(name="at", title=_l("When"), kind="date", order=LogEntry.id),
            Column(name="who", title=_l("Who"), value=attrgetter("actor"), order=LogEntry.actor),
            Column(
                name="number", title=_l("Archive number"), value=number_shown, order=Dossier.code, link=_used_dossier
            ),
            Column(name="title", title=_l("Dossier title"), kind="long", order=Dossier.title),
            Column(name="what", title=_l("Document or list"), value=lambda row: used_shown(row.data), kind="long"),
            Column(name="purpose", title=_l("What for"), value=lambda row: PURPOSES.title_of(row.data["purpose"])),
            Column(name="note", title=_l("Details"), value=lambda row: row.data["note"], kind="long"),
        ),
        filters=(
            Filter(name="who", title=_l("Who"), condition=lambda text: holding(text, LogEntry.actor)),
            CALLED,
            *period_filters(LogEntry.at),
        ),
        order=(LogEntry.id.desc(),),
        export_permission=Permission.dossier_trace,
        empty=_l("Nothing filed was opened or printed yet."),
    )


def _used_dossier(row: Any) -> str:
    return url_for("dossiers.show", dossier_id=row.dossier_id)
