"""The list of slips with each person's work in it, and 借阅台账 of any day."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, func, or_, select

from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.queries import called
from crm.archive.dossiers.reports import archivists_on, end_of
from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending import queries
from crm.archive.lending.approvals import awaits_decision
from crm.archive.lending.ledger import lent_on
from crm.archive.lending.models import (
    SLIP_FORM_TITLES,
    SLIP_KIND_TITLES,
    SLIP_TITLES,
    SLIP_TONES,
    LendingSlip,
    SlipLine,
    SlipState,
)
from crm.auth.actor import actor
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.numbering import Number

WORK_TITLES = {
    "mine": _l("My own"),
    "due": _l("Due back from me"),
    "decide": _l("To decide"),
    "issue": _l("To issue"),
    "check": _l("Returned, to be checked or put back"),
    "out": _l("Out now"),
    "lent": _l("Issued, back or not"),
    "overdue": _l("Lent and overdue"),
    "incident": _l("With an open incident"),
}


def slip_page(row: Any) -> str:
    return url_for("lending.show", lending_slip_id=row.id)


def work(name: str, day: date) -> ColumnElement[bool]:
    """The condition of a work list; nothing for a name that is none."""
    own = LendingSlip.borrower_id == actor().user_id
    conditions = {
        "mine": lambda: own,
        "due": lambda: and_(own, queries.IS_OUT),
        "decide": awaits_decision,
        "issue": lambda: and_(LendingSlip.state == SlipState.approved, ~own),
        "check": lambda: and_(
            LendingSlip.state.in_((SlipState.returned, SlipState.verified)), LendingSlip.shelved_at.is_(None), ~own
        ),
        "out": lambda: queries.IS_OUT,
        "lent": lambda: LendingSlip.issued_at.is_not(None),
        "overdue": lambda: and_(queries.IS_OUT, LendingSlip.due_on < day),
        "incident": queries.open_incident,
    }
    return conditions[name]() if name in conditions else false()


def stands(row: Any) -> str:
    """The state in words; what lies in its place again waits for the end of its incidents."""
    if row.state is SlipState.verified and row.shelved_at is not None:
        return _("In its place, an incident is open")
    return str(SLIP_TITLES[row.state])


def left(row: Any, day: date) -> str:
    """How much time the borrower has, in words."""
    if row.state not in ("issued", "partly_returned"):
        return ""
    days = (row.due_on - day).days
    if days < 0:
        return _("%(days)s days past the due day", days=-days)
    return _("In %(days)s days", days=days) if days else _("Today")


def left_tone(row: Any, day: date) -> str:
    days = (row.due_on - day).days
    return "red" if days < 0 else "orange" if days <= 1 else "blue"


def _about(text: str) -> ColumnElement[bool]:
    lines = (
        select(SlipLine.slip_id)
        .join(Dossier, Dossier.id == SlipLine.dossier_id)
        .outerjoin(Number, Number.id == Dossier.number_id)
        .where(holding(text, Dossier.code, Number.text))
    )
    return or_(holding(text, LendingSlip.number, LendingSlip.reason, User.full_name), LendingSlip.id.in_(lines))


def slips(day: date) -> Listing:
    return Listing(
        title=_l("Lending slips"),
        query=queries.slips(),
        columns=_columns(day),
        filters=(
            Filter(name="q", title=_l("Slip, person, reason or archive number"), condition=_about),
            Filter(
                name="work",
                title=_l("What is to be done"),
                condition=lambda value: work(value, day),
                choices=list(WORK_TITLES.items()),
            ),
            choice_filter("state", _l("State"), LendingSlip.state, SLIP_TITLES),
            choice_filter("kind", _l("Kind"), LendingSlip.kind, SLIP_KIND_TITLES),
            choice_filter("form", _l("What is lent"), LendingSlip.form, SLIP_FORM_TITLES),
            *period_filters(func.coalesce(LendingSlip.issued_at, LendingSlip.entered_at)),
        ),
        order=(LendingSlip.id.desc(),),
        export_permission=Permission.slip_ask,
        empty=_l("No slip yet. Write one to borrow from the archive."),
    )


def _columns(day: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Slip"), order=LendingSlip.id, link=slip_page),
        Column(name="borrower", title=_l("Borrower"), order=User.full_name),
        Column(
            name="state",
            title=_l("State"),
            value=stands,
            kind="badge",
            order=LendingSlip.state,
            tone=lambda row: SLIP_TONES[row.state],
        ),
        Column(name="due_on", title=_l("Due on"), kind="date", order=LendingSlip.due_on),
        Column(
            name="left",
            title=_l("Time"),
            value=lambda row: left(row, day),
            kind="badge",
            tone=lambda row: left_tone(row, day),
        ),
        Column(name="documents", title=_l("Documents"), kind="number"),
        Column(name="reason", title=_l("Reason"), kind="long"),
        Column(name="department", title=_l("Department"), order=Department.name),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(SLIP_KIND_TITLES[row.kind])),
        Column(name="form", title=_l("What is lent"), value=lambda row: str(SLIP_FORM_TITLES[row.form])),
        Column(name="decided_by", title=_l("Approved or turned down by"), value=lambda row: row.decided_by or ""),
        Column(name="incidents", title=_l("Open incidents"), kind="number"),
        Column(name="purpose", title=_l("Purpose"), value=lambda row: PURPOSES.title_of(row.purpose), at_first=False),
    )


def _lent(text: str) -> ColumnElement[bool]:
    return or_(holding(text, Dossier.code, Number.text, Item.title, LendingSlip.number), called(text))


def ledger(day: date) -> Listing:
    """At the end of a business day; nobody types it."""
    return Listing(
        title=_("Lending ledger of %(day)s", day=day.isoformat()),
        query=lent_on(end_of(day)),
        columns=_ledger_columns(day),
        filters=(
            Filter(name="q", title=_l("Slip, number, title or document"), condition=_lent),
            Filter(name="who", title=_l("Borrower"), condition=lambda text: holding(text, User.full_name)),
        ),
        order=(LendingSlip.issued_at, SlipLine.id),
        export_permission=Permission.slip_read,
        empty=_l("Nothing was out that day."),
    )


def _ledger_columns(day: date) -> tuple[Column, ...]:
    archivists = archivists_on(day) or _("nobody was appointed")

    def answers(row: Any) -> str:
        return archivists if row.returned >= row.issued_pages else str(row.borrower)

    return (
        Column(name="number", title=_l("Slip"), order=LendingSlip.id, link=slip_page),
        Column(name="code", title=_l("Archive number"), order=Dossier.code),
        Column(name="title", title=_l("Dossier title"), kind="long", at_first=False),
        Column(name="item_code", title=_l("Code"), value=lambda row: row.item_code or ""),
        Column(
            name="document",
            title=_l("Document"),
            kind="long",
            link=lambda row: url_for("lending.item", item_id=row.item_id, day=day.isoformat()),
        ),
        Column(name="issued_pages", title=_l("Pages lent"), kind="number", order=SlipLine.issued_pages),
        Column(name="returned", title=_l("Pages back"), kind="number"),
        Column(name="borrower", title=_l("Borrower"), order=User.full_name),
        Column(name="department", title=_l("Department"), value=lambda row: row.department or ""),
        Column(name="issued_at", title=_l("Since"), kind="date", order=LendingSlip.issued_at),
        Column(name="due", title=_l("Due on"), value=attrgetter("due"), kind="date"),
        Column(name="answers", title=_l("Answers for it"), value=answers),
        Column(
            name="decided_by",
            title=_l("Approved by"),
            value=lambda row: row.decided_by or str(SLIP_KIND_TITLES[row.kind]),
        ),
        Column(name="issued_by", title=_l("Lent out by"), value=lambda row: row.issued_by or ""),
    )
