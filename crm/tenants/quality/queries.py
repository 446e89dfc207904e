"""The three measures as queries, kept inside the acting person's estates and the chosen one.

How many statements they take depends neither on the number of customers nor on that of estates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select

from crm.archive.dossiers import measures
from crm.archive.dossiers.measures import document, valid_until
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models import TemplateSection as Section
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer, Phone
from crm.tenants.quality import settled
from crm.tenants.quality.figures import ending_by, verified_since
from crm.tenants.queries import customers, has_part, in_file, labels, lasts_on


def seen(estate_id: Any) -> ColumnElement[bool]:
    """Who reads dossiers but no customers sees none of theirs."""
    held: ColumnElement[bool] = in_chosen_estate(estate_id) if actor().may(Permission.customer_read) else false()
    return held


# Lists


def missing_documents(day: date) -> Select[*tuple[Any, ...]]:
    whose = Section.position, Section.title.label("category"), Slot.title.label("document")
    return _seen(settled.missing_documents(day, *_named(day), *whose))


def limited_documents(day: date) -> Select[*tuple[Any, ...]]:
    """Expired, or ending soon."""
    which = Item.code.label("item_code"), document().label("document"), valid_until().label("valid_until")
    whose = Section.position, Section.title.label("category")
    return _of_customers(measures.limited(ending_by(day), *_named(day), *whose, *which))


def _named(day: date) -> tuple[Any, ...]:
    names = Customer.name, Estate.name.label("estate"), labels(day).label("units")
    return Dossier.id.label("dossier_id"), Dossier.code, *names


def _of_customers(documents: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Outer joins, which a mere count leaves out."""
    return _seen(documents.outerjoin(Customer, Customer.id == Dossier.subject_id))


def _seen(documents: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return documents.outerjoin(Estate, Estate.id == Dossier.estate_id).where(seen(Dossier.estate_id))


def unverified_customers(day: date) -> Select[*tuple[Any, ...]]:
    """None of their telephones was verified lately, with the day when one was last."""
    live = select(func.max(Phone.verified_on)).where(in_file(Phone.customer_id), lasts_on(Phone, day))
    last = live.correlate(Customer).scalar_subquery().label("last_verified_on")
    return customers(day).add_columns(last).where(seen(Customer.estate_id), is_unverified(day))


def is_unverified(day: date) -> ColumnElement[bool]:
    return ~has_phone(day, Phone.verified_on >= verified_since(day))


def unverified_count(day: date) -> int:
    return sum(row[2] for row in contacts_by_estate(day))


def has_phone(day: date, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A telephone of the customer's, or of a file merged into it, that lasts on `day`."""
    return has_part(Phone, lasts_on(Phone, day), *conditions)


# Counts


def dossiers_by_estate(day: date) -> dict[int | None, int]:
    """Those that have to be complete."""
    counted = settled.to_be_complete(day, Dossier.estate_id, func.count()).where(seen(Dossier.estate_id))
    return dict(_rows(counted.group_by(Dossier.estate_id)))


def missing_by_estate_and_category(day: date) -> Sequence[Any]:
    """(estate, category's place, how many)."""
    keys = Dossier.estate_id, Section.position
    return _rows(settled.missing_documents(day, *keys, func.count()).where(seen(Dossier.estate_id)).group_by(*keys))


def limited_by_estate_and_category(day: date) -> Sequence[Any]:
    """(estate, category's place, valid for a time, expired, ending soon)."""
    keys = Dossier.estate_id, Section.position
    soon = valid_until().between(day.isoformat(), ending_by(day).isoformat())
    counts = func.count(), _sum(valid_until() < day.isoformat()), _sum(soon)
    return _rows(measures.limited(date.max, *keys, *counts).where(seen(Dossier.estate_id)).group_by(*keys))


def contacts_by_estate(day: date) -> Sequence[Any]:
    """(estate, customers, those with no telephone verified lately)."""
    counted = select(Customer.estate_id, func.count(), _sum(is_unverified(day)))
    own = counted.where(Customer.merged_into_id.is_(None), seen(Customer.estate_id))
    return _rows(own.group_by(Customer.estate_id))


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _rows(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query).all()
