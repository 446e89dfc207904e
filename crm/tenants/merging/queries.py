"""Looking up merges, and the two files of one, kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, selectinload

from crm.auth.actor import within
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.merging.duplicates import told_apart
from crm.tenants.merging.models import CustomerMerge, CustomerUnmerge, PairDecision
from crm.tenants.models import Customer
from crm.tenants.queries import whole_files


def get_file(customer_id: int) -> Customer:
    """The file with all that hangs on it, itself also when it is merged into another."""
    return session().scalars(whole_files().where(Customer.id == customer_id)).one_or_none() or abort(404)


def locked(customer_ids: set[int]) -> dict[int, Customer]:
    """The files with their facts, held against other writers until the end of the unit of work."""
    found = select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id)
    held = found.options(selectinload(Customer.facts)).with_for_update().execution_options(populate_existing=True)
    return {customer.id: customer for customer in session().scalars(held)}


def get_merge(merge_id: int) -> CustomerMerge:
    found = select(CustomerMerge).where(CustomerMerge.id == merge_id, within(CustomerMerge.estate_id))
    return session().scalars(found).one_or_none() or abort(404)


def in_force() -> ColumnElement[bool]:
    """The merges nobody took back."""
    return ~select(CustomerUnmerge.id).where(CustomerUnmerge.merge_id == CustomerMerge.id).exists()


def is_taken_back(merge: CustomerMerge) -> bool:
    return session().scalars(select(CustomerUnmerge.id).where(CustomerUnmerge.merge_id == merge.id)).first() is not None


def parents_under(kept_id: int) -> dict[int, int]:
    """Of every file merged into the customer: the file it was merged into, itself perhaps merged on."""
    below = select(Customer.id).where(Customer.merged_into_id == kept_id)
    found = select(CustomerMerge.merged_id, CustomerMerge.kept_id)
    rows = session().execute(found.where(CustomerMerge.merged_id.in_(below), in_force()))
    return {row.merged_id: row.kept_id for row in rows}


def values_moved(kept_id: int) -> Sequence[Any]:
    """Each merge into the file, now or once: (merge id, supplement that brought values, taken back or not, supplement
    that gave values back)."""
    listed = select(
        CustomerMerge.id,
        CustomerMerge.supplement_id.label("brought"),
        CustomerUnmerge.id.is_not(None).label("undone"),
        CustomerUnmerge.supplement_id.label("given_back"),
    )
    joined = listed.outerjoin(CustomerUnmerge, CustomerUnmerge.merge_id == CustomerMerge.id)
    return session().execute(joined.where(CustomerMerge.kept_id == kept_id)).all()


def merges_of(kept_id: int) -> Sequence[Any]:
    """The merges that make up the customer: (merge id, file id, name, reason, by, at), the first first."""
    listed = select(
        CustomerMerge.id,
        CustomerMerge.merged_id,
        Customer.name,
        CustomerMerge.reason,
        CustomerMerge.done_by,
        CustomerMerge.done_at,
    ).join(Customer, Customer.id == CustomerMerge.merged_id)
    found = listed.where(Customer.merged_into_id == kept_id, in_force())
    return session().execute(found.order_by(CustomerMerge.id)).all()


def are_told_apart(one_id: int, other_id: int) -> bool:
    return bool(session().scalar(select(told_apart(one_id, other_id))))


def kept_apart() -> Select[*tuple[Any, ...]]:
    """The pairs that were found not to be the same customer, as decided last."""
    one, other, later = aliased(Customer, name="one"), aliased(Customer, name="other"), aliased(PairDecision)
    newer = select(later.id).where(
        later.one_id == PairDecision.one_id, later.other_id == PairDecision.other_id, later.id > PairDecision.id
    )
    return (
        select(
            PairDecision.id,
            one.id.label("one_id"),
            one.name.label("one_name"),
            other.id.label("other_id"),
            other.name.label("other_name"),
            Estate.name.label("estate"),
            PairDecision.decided_by,
            PairDecision.decided_at,
        )
        .join(one, one.id == PairDecision.one_id)
        .join(other, other.id == PairDecision.other_id)
        .join(Estate, Estate.id == PairDecision.estate_id)
        .where(in_chosen_estate(PairDecision.estate_id), PairDecision.apart, ~newer.exists())
    )
