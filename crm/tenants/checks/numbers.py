"""准确: numbers that cannot be right, and customers who have the same one. GB 11643, GB 32100.

ID numbers are opened one by one and kept nowhere; a passport or a permit has no check digit we may judge.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.archive.dossiers.checking import Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.identity import (
    Paper,
    birth_date,
    credit_code_fault,
    id_number_fault,
    is_placeholder_id,
    paper_fault,
    sex_of,
    tidy_number,
)
from crm.secrecy import unseal
from crm.tenants.checks.asking import check, is_here, of_customers, supplement_page
from crm.tenants.filing import SUBJECT
from crm.tenants.merging.duplicates import told_apart
from crm.tenants.models import FACT_TITLES, Customer, CustomerKind, FactField, Sex

Twin, Theirs = aliased(Customer), aliased(Dossier)
SHORTEST = 12  # digits; what has fewer and nothing else is a permit of Taiwan, Hong Kong or Macau residents
LENGTH = 18
READ_FROM_IT = (FactField.sex, FactField.born)


def _sealed(day: date) -> Select[*tuple[Any, ...]]:
    known = and_(Customer.kind == CustomerKind.person, Customer.id_number.is_not(None))
    columns = (*finding(detail=Customer.id_masked), Customer.id_number.label("sealed"))
    return of_customers(*columns).where(known, is_here(day))


def _is_wrong(row: Any) -> bool:
    try:
        number = unseal(row.sealed)
    except InvalidTag:
        return True  # nobody can read it any more: it has to be entered anew
    return is_placeholder_id(number) or (_is_resident(number) and bool(id_number_fault(number, business_day())))


def _is_resident(number: str) -> bool:
    digits = tidy_number(number).removesuffix("X")
    foreign = not paper_fault(Paper.foreigner, number, business_day())
    return digits.isdigit() and len(digits) >= SHORTEST and not foreign


def _beside_number(day: date) -> Select[*tuple[Any, ...]]:
    """Twice for each customer: sex and date of birth, as far as they are known."""
    fields = union_all(*(select(literal(field.value).label("name")) for field in READ_FROM_IT)).subquery("fields")
    said = or_(
        and_(fields.c.name == FactField.sex.value, Customer.sex.is_not(None), _may_say_another_sex()),
        and_(fields.c.name == FactField.born.value, Customer.born.is_not(None)),
    )
    columns = (*finding(key=fields.c.name, detail=fields.c.name), Customer.id_number.label("sealed"))
    each = of_customers(*columns, Customer.sex, Customer.born).join(fields, said)
    known = and_(Customer.kind == CustomerKind.person, Customer.id_number.is_not(None))
    return each.where(known, is_here(day))


def _may_say_another_sex() -> ColumnElement[bool]:
    """By the digit that stands open in the masked number: most need not be unsealed for it."""
    odd = func.substr(Customer.id_masked, 17, 1).in_(tuple("13579"))
    return or_(func.length(Customer.id_masked) != LENGTH, odd != (Customer.sex == Sex.male))


def _disagrees(row: Any) -> bool:
    try:
        number = unseal(row.sealed)
    except InvalidTag:
        return False
    if id_number_fault(number, business_day()):
        return False
    return bool(row.sex != sex_of(number) if row.key == FactField.sex else row.born != birth_date(number))


def _credit_code(day: date) -> Select[*tuple[Any, ...]]:
    columns = (*finding(detail=Customer.credit_code), Customer.credit_code.label("code"))
    known = and_(Customer.kind == CustomerKind.company, Customer.credit_code != "")
    return of_customers(*columns).where(known, is_here(day))


def _is_no_credit_code(row: Any) -> bool:
    return bool(credit_code_fault(row.code))


def _same_id(_day: date) -> Select[*tuple[Any, ...]]:
    return _twins(Customer.id_index, Twin.id_index.is_not(None)).where(func.coalesce(Customer.id_index, "") != "")


def _same_code(_day: date) -> Select[*tuple[Any, ...]]:
    some: ColumnElement[str] = literal_column("''")  # as the index of the few says it
    return _twins(Customer.credit_code, Twin.credit_code != some).where(func.length(Customer.credit_code) > 0)


def _twins(column: InstrumentedAttribute[Any], known: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Only the first is named: whatever number a hundred customers have, it is one question of each."""
    living = and_(Theirs.subject_kind == SUBJECT, Theirs.subject_id == Twin.id, Theirs.state == DossierState.open)
    alike = and_(getattr(Twin, column.key) == column, Twin.estate_id == Customer.estate_id, Twin.id != Customer.id)
    others = select(Twin.id).join(Theirs, living).where(known, alike, Twin.merged_into_id.is_(None))
    others = others.where(~told_apart(Twin.id, Customer.id)).correlate(Customer)
    first = others.order_by(Twin.id).limit(1)
    named = finding(about_id=first.scalar_subquery(), detail=first.with_only_columns(Twin.name).scalar_subquery())
    return of_customers(*named).where(others.exists())


def _comparison(where: Where) -> str:
    return url_for("tenants.compare", customer_id=where.subject_id, other_id=where.about_id)


_asked = partial(check, measure=Measure.accurate, page=supplement_page)

CHECKS = (
    _asked(
        "id_digits_wrong",
        title=_l("The ID number cannot be right"),
        advice=_l("Compare it with the card, and enter a correction."),
        find=_sealed,
        sieve=_is_wrong,
    ),
    _asked(
        "id_disagrees",
        title=_l("The ID number says something else"),
        advice=_l("Compare both with the card, and enter a correction."),
        find=_beside_number,
        sieve=_disagrees,
        words={field.value: FACT_TITLES[field] for field in READ_FROM_IT},
    ),
    _asked(
        "credit_code_digits_wrong",
        title=_l("The credit code cannot be right"),
        advice=_l("Compare it with the licence, and enter a correction."),
        find=_credit_code,
        sieve=_is_no_credit_code,
    ),
    _asked(
        "duplicate_id",
        title=_l("Another file has the same ID number"),
        advice=_l("Compare the two. Merge them, or say that they are two customers."),
        role=RoleName.desk_supervisor,
        find=_same_id,
        page=_comparison,
    ),
    _asked(
        "duplicate_credit_code",
        title=_l("Another file has the same credit code"),
        advice=_l("Compare the two. Merge them, or say that they are two customers."),
        role=RoleName.desk_supervisor,
        find=_same_code,
        page=_comparison,
    ),
)
