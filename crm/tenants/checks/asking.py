"""Whose files are asked, and the places that mend them. Every table is reached from the dossier by an index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, select

from crm.archive.dossiers.checking import PROPERTY, Check, Where
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import RoleName
from crm.properties.models import UnitUse
from crm.tenants.models import Customer, Occupancy, in_one_file
from crm.tenants.quality.settled import WHOSE
from crm.tenants.queries import File, has_part, lasts_on

ROOMS = (UnitUse.home, UnitUse.shop, UnitUse.office, UnitUse.dormitory)  # where somebody lives or works


def check(kind: str, **given: Any) -> Check:
    """Of the customers' files; the service desk mends it unless said otherwise."""
    whose: dict[str, Any] = {"kinds": PROPERTY, "role": RoleName.service_desk}
    return Check(kind=kind, **(whose | given))


def of_customers(*columns: Any) -> Select[*tuple[Any, ...]]:
    """One row for each customer's dossier."""
    return select(*columns).select_from(Dossier).join(Customer, WHOSE)


def of_parts(part: Any, day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    """One row for each live telephone, person, … of a customer who is here, merged files' included."""
    joined = of_customers(*columns).join(File, in_one_file(File, Customer.id)).join(part, part.customer_id == File.id)
    return joined.where(lasts_on(part, day), is_here(day))


def is_here(day: date) -> ColumnElement[bool]:
    """Has a unit, in whatever role."""
    return has_part(Occupancy, lasts_on(Occupancy, day))


def tab(name: str) -> Callable[[Where], str]:
    """Of the customer's file."""
    return lambda where: url_for("tenants.customer", customer_id=where.subject_id, tab=name)


def supplement_page(where: Where) -> str:
    return url_for("tenants.supplement", customer_id=where.subject_id)


def unit_page(where: Where) -> str:
    return url_for("tenants.unit", unit_id=where.about_id)


def unit_form(where: Where) -> str:
    return url_for("properties.edit_unit", unit_id=where.about_id)


def new_occupancy(where: Where) -> str:
    return url_for("tenants.begin_occupancy", customer_id=where.subject_id)
