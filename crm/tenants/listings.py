"""The lists of customers: telephone numbers masked, on paper and in Excel too."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.tenants import queries
from crm.tenants.models import KIND_TITLES, Customer
from crm.tenants.paper import PRINT_FORMS


def _customer(row: Any) -> str:
    return url_for("tenants.customer", customer_id=row.id)


def customers(day: date) -> Listing:
    return Listing(
        title=_l("Customers"),
        query=queries.customers(day),
        columns=(
            Column(name="name", title=_l("Name"), order=Customer.name, link=_customer),
            Column(name="kind", title=_l("Kind"), value=lambda row: str(KIND_TITLES[row.kind]), order=Customer.kind),
            Column(name="units", title=_l("Units"), kind="long"),
            Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else None),
            Column(name="verified_on", title=_l("Verified on"), kind="date"),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
            Column(name="registered_on", title=_l("Registered on"), kind="date", order=Customer.registered_on),
        ),
        filters=(
            Filter(name="q", title=_l("Name"), condition=lambda text: Customer.name.contains(text, autoescape=True)),
            Filter(
                name="kind",
                title=_l("Kind"),
                condition=lambda kind: Customer.kind == kind,
                choices=[(kind.value, title) for kind, title in KIND_TITLES.items()],
            ),
        ),
        order=(Customer.name, Customer.id),
        actions=(PRINT_FORMS,),
        export_permission=Permission.customer_export,
        empty=_l("No customer fits. Clear a filter, import a workbook, or register one."),
    )


def files_to_close(day: date) -> Listing:
    """Whether their accounts are settled is said on each customer's page."""
    return Listing(
        title=_l("Moved out, file still open"),
        query=queries.moved_out(day),
        columns=(
            Column(name="name", title=_l("Name"), order=Customer.name, link=_customer),
            Column(
                name="number",
                title=_l("Archive number"),
                value=attrgetter("code"),
                order=Dossier.code,
                link=lambda row: url_for("dossiers.show", dossier_id=row.dossier_id),
            ),
            Column(name="left_on", title=_l("No unit since"), kind="date", order=queries.left_on()),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
        ),
        filters=(
            Filter(
                name="q", title=_l("Number or name"), condition=lambda text: holding(text, Dossier.code, Customer.name)
            ),
        ),
        order=(queries.left_on().desc(), Customer.id),
        export_permission=Permission.customer_export,
        empty=_l("Nobody has moved out whose file is still open."),
    )
