"""From a typed form of a person or a company to the customer's file; who may have one already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.secrecy import blind_index
from crm.tenants import facts, queries
from crm.tenants.models import CustomerKind, FactField


def similar_to(form: Any, estate_id: int) -> Sequence[Any]:
    """Files of the estate that may be the same customer as the one who is typed in."""
    id_number = form.id_number.data if "id_number" in form else ""
    numbers = {
        "id_index": blind_index(id_number) if id_number else "",
        "credit_code": form.credit_code.data if "credit_code" in form else "",
    }
    return queries.similar_customers(estate_id, form.name.data, form.phone.data, numbers)


def values_of(form: Any, kind: CustomerKind) -> dict[FactField, Any]:
    return {
        field: facts.typed(field, form[field.value].data)
        for field in facts.fields_of(kind)
        if field is not FactField.id_number or form.id_number.data  # an empty one leaves what is known
    }
