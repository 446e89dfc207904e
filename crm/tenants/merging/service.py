"""Merging two files of one customer, and taking it back. Rows are added; what was entered stays where it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm.attributes import flag_modified

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.tenants import events, facts
from crm.tenants.merging import queries
from crm.tenants.merging.models import CustomerMerge, CustomerUnmerge, PairDecision
from crm.tenants.models import Customer, FactField, Source, Supplement, SupplementKind
from crm.tenants.service import supplement


def hindrance(kept: Customer, merged: Customer) -> str:
    """Why the two cannot be merged, or ""."""
    if kept.id == merged.id:
        return _("A file cannot be merged with itself.")
    if kept.estate_id != merged.estate_id:
        return _("The two files belong to different estates. Each estate keeps its own file of a customer.")
    if kept.kind is not merged.kind:
        return _("One file is a person's, the other a company's: they cannot be one customer.")
    for file in (kept, merged):
        if file.merged_into_id is not None:
            return _(
                "%(code)s is merged into another file already. Open that file, or take the merge back first.",
                code=file.code,
            )
    return ""


def merge(
    kept_id: int, merged_id: int, versions: Mapping[int, int | None], taken: Collection[FactField], reason: str
) -> CustomerMerge:
    """Make `merged_id` a file of the customer `kept_id`.

    `versions` are those the person looked at; of the facts in `taken` the merged file's value stands from now on, as
    a correction of the kept one. Raises `Stale` when somebody changed or merged one of the two meanwhile.
    """
    files = queries.locked({kept_id, merged_id})
    for file in files.values():
        file.expect_version(versions.get(file.id))
    kept, merged = files[kept_id], files[merged_id]
    if refusal := hindrance(kept, merged):
        raise DomainError(refusal)
    proof = _take_over(kept, merged, taken, reason)
    made = CustomerMerge(
        estate_id=kept.estate_id,
        kept_id=kept.id,
        merged_id=merged.id,
        supplement_id=proof.id if proof else None,
        reason=reason,
        done_by=g.actor.name,
        done_at=utc_now(),
    )
    _add(made)
    merged.merged_into_id = kept.id
    _follow(Customer.merged_into_id == merged.id, kept.id)
    _touch(kept)
    _record_merge(made, kept, merged)
    return made


def unmerge(merge: CustomerMerge, reason: str) -> CustomerUnmerge:
    """Give the merged file its own page again, with the files merged into it before, and the kept one its values."""
    root_id = _root_of(merge.merged_id)
    files = queries.locked({merge.kept_id, merge.merged_id, root_id})
    if queries.is_taken_back(merge) or files[merge.merged_id].merged_into_id != root_id:
        raise DomainError(_("This merge was taken back or changed meanwhile. Look at the customer's file again."))
    kept, merged = files[merge.kept_id], files[merge.merged_id]
    proof = _give_back(kept, merge)
    made = CustomerUnmerge(
        merge_id=merge.id,
        estate_id=merge.estate_id,
        supplement_id=proof.id if proof else None,
        reason=reason,
        done_by=g.actor.name,
        done_at=utc_now(),
    )
    _add(made)
    _follow(Customer.id.in_(_below(merge.merged_id, queries.parents_under(root_id))), merged.id)
    merged.merged_into_id = None
    _touch(files[root_id])
    _record_unmerge(made, kept, merged)
    return made


def tell_apart(one: Customer, other: Customer, *, apart: bool) -> PairDecision:
    """Keep the decision that the two are not one customer, or take it back; the pair is not offered while it stands."""
    if one.estate_id != other.estate_id or one.id == other.id:
        raise DomainError(_("Choose two files of one estate."))
    one_id, other_id = sorted((one.id, other.id))
    made = PairDecision(
        estate_id=one.estate_id,
        one_id=one_id,
        other_id=other_id,
        apart=apart,
        decided_by=g.actor.name,
        decided_at=utc_now(),
    )
    _add(made)
    for file, second in ((one, other), (other, one)):
        record(
            events.CustomersToldApart(
                customer_id=file.id, other_id=second.id, other=second.name, estate_id=one.estate_id, apart=apart
            )
        )
    return made


def _take_over(kept: Customer, merged: Customer, taken: Collection[FactField], reason: str) -> Supplement | None:
    values = {field: facts.value_of(merged, field) for field in taken}
    differing = {field: value for field, value in values.items() if value and facts.differs(kept, field, value)}
    if not differing:
        return None
    text = _("Merged with %(code)s: %(reason)s", code=merged.code, reason=reason)
    return _correct(kept, differing, text)


def _give_back(kept: Customer, merge: CustomerMerge) -> Supplement | None:
    """The values that the merge brought and nobody has changed since become again what they were.

    What stood before may itself have come with another merge: if that was taken back meanwhile, it does not return.
    """
    moved = queries.values_moved(kept.id)
    returned = {row.given_back for row in moved} - {None}
    void = {row.brought for row in moved if row.undone or row.id == merge.id} - {None}
    ours = returned | {row.brought for row in moved} - {None}
    values: dict[FactField, Any] = {}
    for field in facts.fields_of(kept.kind):
        own = [fact for fact in kept.facts if fact.field is field]
        if not any(fact.present and fact.supplement_id in returned | void for fact in own):
            continue
        true = [fact for fact in own if fact.supplement_id not in returned | void]
        left = [fact for fact in true if fact.present or fact.corrected_by_id in ours]
        value = facts.value_in(left[-1] if left else None, field)
        if facts.differs(kept, field, value):
            values[field] = value
    return _correct(kept, values, _("The merge was taken back")) if values else None


def _correct(customer: Customer, values: Mapping[FactField, Any], reason: str) -> Supplement:
    who = {"source": Source.merge, "confirmed_by": g.actor.name, "reason": reason}
    return supplement(customer, SupplementKind.correction, business_day(), values, **who)


def _root_of(customer_id: int) -> int:
    file = session().get_one(Customer, customer_id)
    return file.merged_into_id or file.id


def _below(file_id: int, parents: Mapping[int, int]) -> list[int]:
    """The files that came to where they are through `file_id`."""

    def came_through(each: int) -> bool:
        parent = parents.get(each)
        return parent is not None and (parent == file_id or came_through(parent))

    return [each for each in parents if came_through(each)]


def _follow(which: Any, customer_id: int) -> None:
    session().execute(update(Customer).where(which).values(merged_into_id=customer_id))


def _touch(customer: Customer) -> None:
    """A form opened on the customer before must not be saved: there is more, or less, in the file now."""
    flag_modified(customer, "name")


def _add(thing: Any) -> None:
    session().add(thing)
    session().flush()


def _record_merge(made: CustomerMerge, kept: Customer, merged: Customer) -> None:
    told: dict[str, Any] = {"merge_id": made.id, "estate_id": made.estate_id, "reason": made.reason}
    record(events.CustomersMerged(customer_id=kept.id, merged_id=merged.id, other=merged.name, **told))
    record(events.FileMerged(customer_id=merged.id, kept_id=kept.id, other=kept.name, **told))


def _record_unmerge(made: CustomerUnmerge, kept: Customer, merged: Customer) -> None:
    told: dict[str, Any] = {"merge_id": made.merge_id, "estate_id": made.estate_id, "reason": made.reason}
    record(events.CustomersUnmerged(customer_id=kept.id, merged_id=merged.id, other=merged.name, **told))
    record(events.FileUnmerged(customer_id=merged.id, kept_id=kept.id, other=kept.name, **told))
