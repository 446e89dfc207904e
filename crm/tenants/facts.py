"""A customer's single-valued facts: their text form, and changing them so that the old value stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from crm.dates import utc_now
from crm.errors import DomainError
from crm.identity import mask_id_number
from crm.secrecy import blind_index, seal, unseal
from crm.tenants.models import Customer, CustomerKind, Fact, FactField, Sex, Source, Supplement, SupplementKind

PERSONAL = (FactField.name, FactField.sex, FactField.born, FactField.id_number, FactField.email)
CORPORATE = (
    FactField.name,
    FactField.company_nature,
    FactField.credit_code,
    FactField.legal_representative,
    FactField.headcount,
    FactField.email,
)


def fields_of(kind: CustomerKind) -> tuple[FactField, ...]:
    return PERSONAL if kind is CustomerKind.person else CORPORATE


def text_of(field: FactField, value: Any) -> str:
    """How a value stands in the history; an ID number masked."""
    if value is None or value == "":
        return ""
    if field is FactField.id_number:
        return mask_id_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def columns_of(field: FactField, value: Any) -> dict[str, Any]:
    """The columns of `Customer` that hold the value."""
    if field is not FactField.id_number:
        return {field.value: value}
    if not value:
        return {"id_number": None, "id_index": None, "id_masked": ""}
    return {"id_number": seal(value), "id_index": blind_index(value), "id_masked": mask_id_number(value)}


def present_text(customer: Customer, field: FactField) -> str:
    value = customer.id_masked if field is FactField.id_number else getattr(customer, field.value)
    return value if field is FactField.id_number else text_of(field, value)


def differs(customer: Customer, field: FactField, value: Any) -> bool:
    """Two ID numbers may look alike once masked: they are told apart by their index."""
    if field is FactField.id_number:
        return bool(columns_of(field, value)["id_index"] != customer.id_index)
    return text_of(field, value) != present_text(customer, field)


def first_facts(customer: Customer, values: Mapping[FactField, Any], source: Source, confirmed_by: str) -> list[Fact]:
    """The facts of a new customer, true since before the file began."""
    now = utc_now()
    return [
        _fact(customer.id, field, value, None, source, confirmed_by, None, now)
        for field, value in values.items()
        if text_of(field, value)
    ]


def amend(
    customer: Customer, supplement: Supplement, values: Mapping[FactField, Any]
) -> tuple[dict[str, list[str]], list[Fact]]:
    """Apply `values`: close or correct the present facts, set the columns, return the changes and the new facts.

    `customer.facts` must be loaded. A change must not begin before the present value did; then it is a correction.
    """
    changes: dict[str, list[str]] = {}
    added: list[Fact] = []
    for field, value in values.items():
        old = next((fact for fact in customer.facts if fact.field is field and fact.present), None)
        changes[field.value] = [present_text(customer, field), text_of(field, value)]
        starts = _succeed(old, supplement) if old else supplement.effective_on
        for column, stored in columns_of(field, value).items():
            setattr(customer, column, stored)
        if text_of(field, value):
            added.append(
                _fact(
                    customer.id,
                    field,
                    value,
                    starts,
                    supplement.source,
                    supplement.confirmed_by,
                    supplement.id,
                    utc_now(),
                )
            )
    return changes, added


def _succeed(old: Fact, supplement: Supplement) -> date | None:
    """Close or mark the old value; returns since when the new one is true."""
    if supplement.kind is SupplementKind.correction:
        old.corrected_by_id = supplement.id
        return old.starts
    if old.starts and supplement.effective_on <= old.starts:
        raise DomainError(
            _(
                "The present value is true since %(day)s. Choose a later day, or enter a correction.",
                day=old.starts.isoformat(),
            )
        )
    old.ends = supplement.effective_on
    return supplement.effective_on


def _fact(
    customer_id: int,
    field: FactField,
    value: Any,
    starts: date | None,
    source: Source,
    confirmed_by: str,
    supplement_id: int | None,
    now: datetime,
) -> Fact:
    return Fact(
        customer_id=customer_id,
        field=field,
        value=text_of(field, value),
        sealed=seal(value) if field is FactField.id_number else None,
        starts=starts,
        source=source,
        confirmed_by=confirmed_by,
        supplement_id=supplement_id,
        recorded_at=now,
    )


def typed(field: FactField, value: Any) -> Any:
    """The value as the column wants it."""
    if field is FactField.sex:
        return Sex(value) if value else None
    return value


def value_of(customer: Customer, field: FactField) -> Any:
    """The present value, an ID number in clear."""
    if field is FactField.id_number:
        return unseal(customer.id_number) if customer.id_number else ""
    return getattr(customer, field.value)


def value_in(fact: Fact | None, field: FactField) -> Any:
    """The value a fact stands for, an ID number in clear; of none what "not known" is in the column."""
    text = fact.value if fact else ""
    match field:
        case FactField.id_number:
            return unseal(fact.sealed) if fact and fact.sealed else ""
        case FactField.sex:
            return typed(field, text)
        case FactField.born:
            return date.fromisoformat(text) if text else None
        case FactField.headcount:
            return int(text) if text else None
    return text
