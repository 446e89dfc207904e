"""To contact today, and the log of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.contacts.models import CONTACT_OUTCOMES
from crm.billing.arrears.follow_up import due
from crm.billing.arrears.follow_up.due import WHY_TITLES, Why
from crm.billing.ledger.register import buildings
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.tenants.models import Customer

WHY_TONES = {Why.broken: "red", Why.promised: "blue", Why.agreed: "blue", Why.never: "orange", Why.rule: "orange"}
LATE = {"yes": _l("Late"), "today": _l("Due today")}


def _note(row: Any) -> str:
    if not g.actor.may(Permission.arrears_contact):
        return url_for("arrears_account.show", customer_id=row.customer_id)
    return url_for("contacts.new", customer_id=row.customer_id, next=url_for("contacts.due"))


def _promise(row: Any) -> str:
    return url_for("promises.show", promise_id=row.promise_id) if row.promise_id else ""


def _last(row: Any) -> str:
    """What was noted last, whether somebody was reached or not."""
    if row.contacted_on is None:
        return ""
    return f"{row.contacted_on.isoformat()} {CONTACT_OUTCOMES[row.outcome]} {row.made_by}"


def _late(row: Any) -> str:
    return _("%(count)s days late", count=row.late) if row.late else _("due today")


def _whom(columns: Any) -> tuple[Column, ...]:
    """Who, why and since when."""
    return (
        Column(name="customer", title=_l("Customer"), order=Customer.name, link=_note),
        Column(name="units", title=_l("Units"), value=lambda row: row.units or ""),
        Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else ""),
        Column(
            name="matters",
            title=_l("Ours to do"),
            value=lambda row: row.matters or None,
            kind="number",
            order=columns.matters,
        ),
        Column(
            name="why",
            title=_l("Why"),
            value=lambda row: str(WHY_TITLES[Why(row.why)]),
            kind="badge",
            tone=lambda row: WHY_TONES[Why(row.why)],
        ),
        Column(name="late", title=_l("Since when"), value=_late, order=columns.late),
    )


def _day(name: str, title: Any, columns: Any, **given: Any) -> Column:
    """Left out at first: why and since when say what matters of it today."""
    order = getattr(columns, name)
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=order, at_first=False, **given)


def _how_it_stands(columns: Any) -> tuple[Column, ...]:
    """What is owed, said and promised."""
    return (
        Column(
            name="overdue",
            title=_l("Overdue (yuan)"),
            kind="money",
            order=columns.overdue,
            total="overdue",
        ),
        _day("oldest_due", _l("Oldest due on"), columns),
        _day("talked_on", _l("Last talked to"), columns),
        Column(name="last", title=_l("Noted last"), value=_last, kind="long"),
        _day("again_on", _l("Again on"), columns),
        _day("promised_on", _l("Promised until"), columns, link=_promise),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )


def _filters(columns: Any, day: date) -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Customer"), condition=lambda text: holding(text, Customer.name)),
        Filter(
            name="building",
            title=_l("Building"),
            condition=lambda value: due.in_building(int(value), day),
            choices=[(str(key), title) for key, title in buildings().items()],
        ),
        Filter(
            name="why",
            title=_l("Why"),
            condition=lambda value: columns.why == Why(value).value,
            choices=[(key.value, title) for key, title in WHY_TITLES.items()],
        ),
        Filter(
            name="late",
            title=_l("Late"),
            condition=lambda value: columns.late > 0 if value == "yes" else columns.late == 0,
            choices=list(LATE.items()),
        ),
    )


def due_today(estate_ids: Sequence[int], day: date) -> Listing:
    """What is ours to do stands before the debt; the longest late first, then the oldest debt."""
    listed = due.due_list(estate_ids, day)
    columns = listed.selected_columns
    return Listing(
        title=_l("To contact today"),
        query=listed,
        columns=(*_whom(columns), *_how_it_stands(columns)),
        filters=_filters(columns, day),
        order=(columns.late.desc(), columns.oldest_due, Customer.id),
        export_permission=Permission.arrears_read,
        empty=_l("Nobody has to be contacted today."),
    )
