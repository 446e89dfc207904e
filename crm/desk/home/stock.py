"""What there is in the estates one works in, which files were changed last, and what the log has of today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.audit.models import LogEntry, LogSubject
from crm.auth.actor import actor, within
from crm.auth.models import LoginAttempt
from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day
from crm.db import session
from crm.desk.card import EVENT_TITLES, Recent, recent
from crm.desk.home.cards import Card, Figure, Part
from crm.properties.models import Estate, Unit
from crm.properties.queries import IS_ROOM, in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.quality.queries import unverified_count
from crm.tenants.queries import File

LATEST = 6
LOOKED_AT = 10_000  # entries of the log, for the latest
OWN_FILE = Customer.merged_into_id.is_(None)
# What people do; the lines of an import would push everything else away.
DONE_BY_HAND = sorted(set(EVENT_TITLES) - {"CustomerImported", "UnitImported", "NumberRevealed"})


def _figure(title: str, key: Any, estate_id: Any, endpoint: str, *conditions: Any) -> Figure:
    counted = select(func.count(key)).where(in_chosen_estate(estate_id), *conditions)
    return Figure(title=title, count=session().scalar(counted) or 0, url=url_for(endpoint))


def _customers() -> Sequence[Figure]:
    return [_figure(_("Customers"), Customer.id, Customer.estate_id, "tenants.index", OWN_FILE), _to_verify()]


def _to_verify() -> Figure:
    """Customers with no telephone that was verified lately; the list is for who reads dossiers (P-03)."""
    url = url_for("tenants.unverified_customers") if actor().may(Permission.dossier_read) else ""
    return Figure(title=_("Customers to verify"), count=unverified_count(business_day()), url=url)


def _premises() -> Sequence[Figure]:
    return [
        _figure(_("Units"), Unit.id, Unit.estate_id, "properties.units", IS_ROOM),
        _figure(_("Estates"), Estate.id, Estate.id, "properties.estates"),
    ]


def _logged() -> Sequence[Figure]:
    since = beginning_of(business_day())
    entries = select(func.count()).where(LogEntry.at >= since).select_from(LogEntry).scalar_subquery()
    tries = select(func.count()).where(LoginAttempt.at >= since).select_from(LoginAttempt)
    held = tries.where(LoginAttempt.outcome == "held").scalar_subquery()
    refused = tries.where(LoginAttempt.outcome.in_(("refused", "code_refused"))).scalar_subquery()
    done, wrong, locked = session().execute(select(entries, refused, held)).one()
    return [
        Figure(title=_("Entries of the log today"), count=done),
        Figure(title=_("Log-ins refused today"), count=wrong),
        Figure(
            title=_("Accounts held today after too many tries"),
            count=locked,
            late=True,
        ),
    ]


def changed_files() -> Sequence[tuple[int, str, Recent]]:
    """The files people worked on last; the log is not read back to its beginning for whoever sees a quiet estate."""
    newest = select(func.max(LogEntry.id)).scalar_subquery()
    latest = (
        select(LogEntry, Customer.id, Customer.name)
        .join(LogSubject, LogSubject.entry_id == LogEntry.id)
        .join(File, File.id == LogSubject.object_id)
        .join(Customer, Customer.id == File.kept_id)
        .where(LogSubject.kind == "customer", LogEntry.kind.in_(DONE_BY_HAND), within(Customer.estate_id))
        .where(LogEntry.id > newest - LOOKED_AT)
        .order_by(LogEntry.id.desc())
        .limit(LATEST)
    )
    return [(key, name, recent(entry)) for entry, key, name in session().execute(latest)]


CUSTOMERS = Card(
    name="customers",
    title=_l("Customers"),
    permission=Permission.customer_read,
    url=lambda: url_for("tenants.index"),
    figures=_customers,
    part=Part.day,
)
PREMISES = Card(
    name="premises",
    title=_l("Premises"),
    permission=Permission.property_read,
    url=lambda: url_for("properties.units"),
    figures=_premises,
    part=Part.day,
)
LOGS = Card(
    name="logs",
    title=_l("Logs"),
    permission=Permission.audit_read,
    url=lambda: url_for("admin.operations"),
    figures=_logged,
    part=Part.day,
)
