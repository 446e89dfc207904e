"""The lists behind the measures: exactly the documents and customers that a number counts (P-03)."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.archive.dossiers import measures
from crm.archive.dossiers.measures import valid_until
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models import TemplateSection as Section
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.properties.queries import visible_estates
from crm.tenants.models import Customer, Phone
from crm.tenants.quality import queries

REASON_TITLES = {
    "none": _l("No telephone"),
    "never": _l("Never verified"),
    "old": _l("Verified too long ago"),
}
REASON_TONES = {"none": "red", "never": "orange", "old": "grey"}
END_TITLES = {"expired": _l("Expired"), "ending": _l("Expiring soon")}
END_TONES = {"expired": "red", "ending": "orange"}


def _dossier(row: Any) -> str:
    return url_for("dossiers.show", dossier_id=row.dossier_id)


NUMBER = Column(name="number", title=_l("Archive number"), value=attrgetter("code"), order=Dossier.code, link=_dossier)
NAME = Column(name="name", title=_l("Name"), order=Customer.name)
UNITS = Column(name="units", title=_l("Units"), kind="long")
CATEGORY = Column(
    name="category", title=_l("Category"), value=lambda row: f"{row.position} {row.category}", order=Section.position
)
CODE = Column(name="code", title=_l("Code"), value=attrgetter("item_code"), order=Item.code)
ESTATE = Column(name="estate", title=_l("Estate"), order=Estate.name)


def _document(**given: Any) -> Column:
    return Column(name="document", title=_l("Document"), kind="long", **given)


def _called() -> Filter:
    def condition(text: str) -> ColumnElement[bool]:
        return holding(text, Dossier.code, Customer.name)

    return Filter(name="q", title=_l("Number or name"), condition=condition)


def _of_estate(column: Any) -> Filter:
    return Filter(
        name="estate",
        title=_l("Estate"),
        condition=lambda value: column == int(value),
        choices=[(str(each.id), each.name) for each in visible_estates()],
    )


def _of_category() -> Filter:
    return Filter(
        name="category",
        title=_l("Category"),
        condition=lambda value: Section.position == int(value),
        choices=[(str(each.position), f"{each.position} {each.title}") for each in measures.categories()],
    )


def missing_documents(day: date) -> Listing:
    return Listing(
        title=_l("Missing documents"),
        query=queries.missing_documents(day),
        columns=(NUMBER, NAME, UNITS, CATEGORY, _document(order=Slot.title), ESTATE),
        filters=(_called(), _of_category(), _of_estate(Dossier.estate_id)),
        order=(Dossier.estate_id, Dossier.code, Section.position, Slot.position),
        export_permission=Permission.dossier_read,
        empty=_l("Nothing is missing: every document that has to be there is there, or stated as needless."),
    )


def limited_documents(day: date) -> Listing:
    today = day.isoformat()
    conditions = {"expired": valid_until() < today, "ending": valid_until() >= today}
    states = Filter(name="state", title=_l("State"), condition=conditions.__getitem__, choices=list(END_TITLES.items()))
    return Listing(
        title=_l("Documents expired or expiring"),
        query=queries.limited_documents(day),
        columns=(NUMBER, NAME, UNITS, CATEGORY, CODE, _document(), *_end(today), ESTATE),
        filters=(_called(), states, _of_category(), _of_estate(Dossier.estate_id)),
        order=(valid_until(), Item.id),
        export_permission=Permission.dossier_read,
        empty=_l("No document has expired, and none expires soon."),
    )


def _end(today: str) -> tuple[Column, Column]:
    def state(row: Any) -> str:
        return "expired" if row.valid_until < today else "ending"

    return (
        Column(
            name="valid_until",
            title=_l("Valid until"),
            value=lambda row: date.fromisoformat(row.valid_until),
            kind="date",
            order=valid_until(),
        ),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(END_TITLES[state(row)]),
            kind="badge",
            tone=lambda row: END_TONES[state(row)],
        ),
    )


def unverified_customers(day: date) -> Listing:
    return Listing(
        title=_l("Customers to verify"),
        query=queries.unverified_customers(day),
        columns=(
            Column(
                name="name",
                title=_l("Name"),
                order=Customer.name,
                link=lambda row: url_for("tenants.customer", customer_id=row.id),
            ),
            UNITS,
            Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else None),
            Column(name="last_verified_on", title=_l("Last verified on"), kind="date"),
            Column(
                name="reason",
                title=_l("Why"),
                value=lambda row: str(REASON_TITLES[_reason(row)]),
                kind="badge",
                tone=lambda row: REASON_TONES[_reason(row)],
            ),
            ESTATE,
        ),
        filters=(
            Filter(name="q", title=_l("Name"), condition=lambda text: Customer.name.contains(text, autoescape=True)),
            Filter(
                name="reason",
                title=_l("Why"),
                condition=lambda reason: _because(reason, day),
                choices=list(REASON_TITLES.items()),
            ),
            _of_estate(Customer.estate_id),
        ),
        order=(Customer.estate_id, Customer.name, Customer.id),
        export_permission=Permission.customer_export,
        empty=_l("Every customer has a telephone that was verified lately."),
    )


def _reason(row: Any) -> str:
    return "none" if row.phone is None else "never" if row.last_verified_on is None else "old"


def _because(reason: str, day: date) -> ColumnElement[bool]:
    has_any = queries.has_phone(day)
    verified = queries.has_phone(day, Phone.verified_on.is_not(None))
    return {"none": ~has_any, "never": has_any & ~verified, "old": verified}[reason]
