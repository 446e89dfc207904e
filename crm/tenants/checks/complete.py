"""全面: what a customer's file does not say. Clauses P-01, P-05, P-10, P-11."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select, union_all

from crm.archive.dossiers import measures
from crm.archive.dossiers.checking import Measure, Where, finding
from crm.archive.dossiers.checks import dossier_page
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.permissions import RoleName
from crm.properties.models import Unit, UnitUse
from crm.tenants.checks.asking import (
    ROOMS,
    check,
    new_occupancy,
    of_customers,
    of_parts,
    supplement_page,
    tab,
    unit_form,
)
from crm.tenants.models import (
    FACT_TITLES,
    Customer,
    CustomerKind,
    EmergencyContact,
    FactField,
    Occupancy,
    OccupancyRole,
    Phone,
)
from crm.tenants.quality.figures import gone_since, here_since
from crm.tenants.quality.settled import NAMES, Home, is_settled, missing_documents
from crm.tenants.queries import has_part, lasts_on, left_on

CHARGED_BY_AREA = (UnitUse.home, UnitUse.shop, UnitUse.office)
COMPANY_FACTS: dict[FactField, ColumnElement[bool]] = {
    FactField.company_nature: Customer.company_nature == "",
    FactField.legal_representative: Customer.legal_representative == "",
    FactField.headcount: Customer.headcount.is_(None),
}


def _document(day: date) -> Select[*tuple[Any, ...]]:
    key = func.coalesce(func.nullif(Slot.code, ""), Slot.title)
    return missing_documents(day, *finding(key=key, detail=Slot.title))


def _emergency_contact(day: date) -> Select[*tuple[Any, ...]]:
    """Of whoever lives or works here: a relative stands in the household's file, a parking space calls nobody."""
    some = has_part(EmergencyContact, lasts_on(EmergencyContact, day))
    return of_customers(*finding()).where(_lives(day), ~some)


def _lives(day: date) -> ColumnElement[bool]:
    lives: ColumnElement[bool] = is_settled(day, (*NAMES, OccupancyRole.user), Home.use.in_(ROOMS))
    return lives


def _phone(day: date) -> Select[*tuple[Any, ...]]:
    return of_customers(*finding()).where(is_settled(day), ~has_part(Phone, lasts_on(Phone, day)))


def _company_facts(day: date) -> Select[*tuple[Any, ...]]:
    fields = union_all(*(select(literal(field.value).label("name")) for field in COMPANY_FACTS)).subquery("fields")
    empty = [and_(fields.c.name == field.value, condition) for field, condition in COMPANY_FACTS.items()]
    columns = finding(key=fields.c.name, detail=fields.c.name)
    each = of_customers(*columns).join(fields, or_(*empty))
    return each.where(Customer.kind == CustomerKind.company, is_settled(day))


def _id_number(day: date) -> Select[*tuple[Any, ...]]:
    """A parking space is rented out without one."""
    unknown = func.coalesce(Customer.id_index, "") == ""  # no index: SQLite would begin with everybody who has none
    named = is_settled(day, NAMES, Home.use.in_(ROOMS))
    return of_customers(*finding()).where(Customer.kind == CustomerKind.person, unknown, named)


def _credit_code(day: date) -> Select[*tuple[Any, ...]]:
    unknown = and_(Customer.kind == CustomerKind.company, Customer.credit_code == "")
    return of_customers(*finding()).where(unknown, is_settled(day))


def _unit(day: date) -> Select[*tuple[Any, ...]]:
    """Nor ever had one."""
    long_here = Customer.registered_on <= here_since(day)
    return of_customers(*finding()).where(long_here, ~has_part(Occupancy))


def _area(day: date) -> Select[*tuple[Any, ...]]:
    columns = finding(key=cast(Unit.id, String), about_id=Unit.id, detail=Unit.label)
    theirs = of_parts(Occupancy, day, *columns).join(Unit, Unit.id == Occupancy.unit_id)
    unknown = func.coalesce(Unit.built_area, 0) == 0
    return theirs.where(Occupancy.role.in_(NAMES), Unit.use.in_(CHARGED_BY_AREA), unknown)


def _moved_out(day: date) -> Select[*tuple[Any, ...]]:
    since = gone_since(day)
    later = or_(Occupancy.ends.is_(None), Occupancy.ends > since)
    gone = and_(has_part(Occupancy, Occupancy.ends <= since), ~has_part(Occupancy, later))
    columns = finding(detail=cast(left_on(), String))
    return of_customers(*columns).where(Dossier.state == DossierState.open, gone)


def _new_phone(where: Where) -> str:
    return url_for("tenants.add_phone", customer_id=where.subject_id)


def _new_emergency_contact(where: Where) -> str:
    return url_for("tenants.add_emergency_contact", customer_id=where.subject_id)


_asked = partial(check, measure=Measure.complete)

CHECKS = (
    _asked(
        "document_missing",
        title=_l("A document is missing"),
        advice=_l("File it, or state with a reason that it does not apply."),
        find=_document,
        questions=measures.required,
        page=dossier_page,
    ),
    _asked(
        "emergency_contact_missing",
        title=_l("Nobody is named who can be called in an emergency"),
        advice=_l("Ask the customer for somebody, and add name and telephone."),
        find=_emergency_contact,
        page=_new_emergency_contact,
    ),
    _asked(
        "phone_missing",
        title=_l("The customer has no telephone number"),
        advice=_l("Ask for a number and add it."),
        find=_phone,
        page=_new_phone,
    ),
    _asked(
        "company_facts_missing",
        title=_l("The company's file is not complete"),
        advice=_l("Ask the company, and enter it as a supplement."),
        find=_company_facts,
        page=supplement_page,
        words={field.value: FACT_TITLES[field] for field in COMPANY_FACTS},
    ),
    _asked(
        "id_missing",
        title=_l("The ID number is not known"),
        advice=_l("Ask for the ID card, and enter the number as a supplement."),
        find=_id_number,
        page=supplement_page,
    ),
    _asked(
        "credit_code_missing",
        title=_l("The company's credit code is not known"),
        advice=_l("Ask for the licence, and enter the code as a supplement."),
        find=_credit_code,
        page=supplement_page,
    ),
    _asked(
        "unit_missing",
        title=_l("The customer has no unit"),
        advice=_l("Enter the unit. If the customer has a second file, merge the two."),
        find=_unit,
        page=new_occupancy,
    ),
    _asked(
        "area_missing",
        title=_l("The unit's gross area is not known"),
        advice=_l("Enter the area as the deed says it."),
        role=RoleName.desk_supervisor,
        find=_area,
        page=unit_form,
    ),
    _asked(
        "moved_out_open",
        title=_l("The customer has moved out, the file is still open"),
        advice=_l("Settle what is still open, then close the file."),
        role=RoleName.archivist,
        find=_moved_out,
        page=tab("overview"),
    ),
)
