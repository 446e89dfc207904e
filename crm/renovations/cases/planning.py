"""The form of an application and of its change: what it offers, and the plan it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.renovations.cases.service import Plan
from crm.renovations.works.queries import works, works_called
from crm.tenants.queries import get_customer
from crm.web.forms import choices


def offer_works(field: Any, keep: Sequence[int] = ()) -> None:
    """Those in use, and those that the renovation has already."""
    offered = {each.id: each for each in [*works(), *works_called(keep)]}
    field.choices = choices({key: each.name for key, each in offered.items()})
    field.groups = {key: each.parent.name if each.parent else "" for key, each in offered.items()}


def ids_ticked(field: Any) -> list[int]:
    """Of what is offered: parts of a page ask before it is checked."""
    return [each for each in field.data or [] if each in field.groups]


def groups_of(field: Any) -> list[tuple[str, list[Any]]]:
    """(group, its boxes), to be drawn."""
    groups: dict[str, list[Any]] = {}
    for option in field:
        groups.setdefault(field.groups[int(option.data)], []).append(option)
    return list(groups.items())


def plan_of(form: Any, customer_id: int) -> Plan:
    names = "contact_phone contractor contractor_licence contractor_lead contractor_phone".split()
    return Plan(
        contact=form.contact.data or get_customer(customer_id).name,
        description=form.description.data,
        area=form.area.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        work_ids=set(form.work_ids.data or []),
        **{name: form[name].data or "" for name in names},
    )
