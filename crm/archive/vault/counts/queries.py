"""Look-ups of counts and ends of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, func, not_, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from crm.archive.dossiers.models import Location
from crm.archive.vault.counts.comparing import Kept
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.keeping import custodians, hold_vault, named, places_of
from crm.archive.vault.models import (
    CountFound,
    CountKind,
    CountSignature,
    CountState,
    DayEnd,
    TitleCustody,
    TitleDocument,
    TitleIncident,
    TitleState,
    TitleVoucher,
    Variance,
    VaultCount,
    VoucherState,
)
from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day_of
from crm.db import session
from crm.numbering import Number

LIVE = (CountState.ordered, CountState.open, CountState.counted)
First, Second = aliased(User), aliased(User)


def get_count(count_id: int, *, lock: bool = False) -> Standing:
    """`lock` before anything of it is changed: the count and the vault are held. 404 for a count by surprise that has
    not begun, but for whoever may order one."""
    if lock:
        session().execute(select(VaultCount.id).where(VaultCount.id == count_id).with_for_update())
        hold_vault()
    found = select(VaultCount).where(VaultCount.id == count_id, in_sight()).options(joinedload(VaultCount.safe))
    return standing_of(session().scalars(found.execution_options(populate_existing=lock)).one_or_none() or abort(404))


def in_sight() -> ColumnElement[bool]:
    """A count by surprise is known before it begins to those alone who may order one."""
    if actor().may(Permission.title_approve):
        return true()
    return not_((VaultCount.kind == CountKind.surprise) & (VaultCount.state == CountState.ordered))


def find_count(count_id: int) -> Standing | None:
    count = session().get(VaultCount, count_id, options=[joinedload(VaultCount.safe)])
    return standing_of(count) if count else None


def standing_of(count: VaultCount) -> Standing:
    signatures = _of(CountSignature, count.id)
    variances, now = _of(Variance, count.id), count.sheet
    people = {each.user_id for each in signatures} | {key for key in (count.first_id, count.second_id) if key}
    return Standing(
        count=count,
        places={place.id: place.path for place in places_of(count.safe_id)},
        actor_id=actor().user_id,
        custodians=frozenset(custodians()),
        found=[each for each in _of(CountFound, count.id) if each.sheet == now],
        variances=[each for each in variances if each.sheet == now],
        superseded=[each for each in variances if each.sheet < now],
        signatures=signatures,
        incidents=_incidents([each.incident_id for each in variances if each.incident_id]),
        names=named(people),
        may_approve=actor().may(Permission.title_approve),
    )


def _of(model: Any, count_id: int) -> Sequence[Any]:
    return session().scalars(select(model).where(model.count_id == count_id).order_by(model.id)).all()


def _incidents(keys: Sequence[int]) -> dict[int, str]:
    found = select(TitleIncident.id, Number.text).join(Number, Number.id == TitleIncident.number_id)
    return {row.id: row.text for row in session().execute(found.where(TitleIncident.id.in_(keys)))}


def reasons(count_id: int) -> list[str]:
    """Why it was counted again, sheet by sheet."""
    told = session().scalars(timeline("vault_count", count_id).where(LogEntry.kind == "CountedAgain"))
    return [each.data["reason"] for each in reversed(told.all())]


def get_variance(standing: Standing, variance_id: int) -> Variance:
    return next((each for each in standing.variances if each.id == variance_id), None) or abort(404)


def kept_in(places: Sequence[int]) -> list[Kept]:
    """What lies there by the books."""
    found = (
        select(TitleDocument.id, TitleDocument.certificate_no, TitleDocument.quantity, TitleCustody.location_id)
        .join(TitleCustody, TitleCustody.document_id == TitleDocument.id)
        .where(TitleCustody.ends_at.is_(None), TitleCustody.location_id.in_(places))
        .order_by(TitleCustody.location_id, TitleDocument.id)
    )
    return [
        Kept(document_id=row.id, certificate_no=row.certificate_no, location_id=row.location_id, pieces=row.quantity)
        for row in session().execute(found)
    ]


def kept_elsewhere(places: Sequence[int]) -> list[Kept]:
    """Every other document that is entered and not given back, wherever the books have it."""
    found = (
        select(TitleDocument.id, TitleDocument.certificate_no, TitleDocument.quantity, TitleCustody.location_id)
        .outerjoin(TitleCustody, (TitleCustody.document_id == TitleDocument.id) & TitleCustody.ends_at.is_(None))
        .where(TitleDocument.state.not_in((TitleState.void, TitleState.released)), TitleDocument.certificate_no != "")
        .where(or_(TitleCustody.location_id.is_(None), TitleCustody.location_id.not_in(places)))
        .order_by(TitleDocument.id)
    )
    return [
        Kept(document_id=row.id, certificate_no=row.certificate_no, location_id=row.location_id, pieces=row.quantity)
        for row in session().execute(found)
    ]


def live_in_sight() -> list[VaultCount]:
    """As whoever asks may know of them."""
    secret = actor().may(Permission.title_approve)
    return [each for each in live() if secret or not is_secret(each)]


def is_secret(count: VaultCount) -> bool:
    return count.kind is CountKind.surprise and count.state is CountState.ordered


def live() -> Sequence[VaultCount]:
    """Ordered and not signed yet, by their day."""
    found = select(VaultCount).where(VaultCount.state.in_(LIVE)).options(joinedload(VaultCount.safe))
    return session().scalars(found.order_by(VaultCount.due_on, VaultCount.id)).all()


def last_ordered() -> dict[int, date]:
    """Safe -> the day of the newest count that was not cancelled."""
    found = select(VaultCount.safe_id, func.max(VaultCount.ordered_at)).where(VaultCount.state != CountState.cancelled)
    return {row[0]: business_day_of(row[1]) for row in session().execute(found.group_by(VaultCount.safe_id))}


def listed() -> Select[*tuple[Any, ...]]:
    counted = select(func.count(Variance.id)).where(Variance.count_id == VaultCount.id)
    differences = counted.where(Variance.sheet == VaultCount.sheet).scalar_subquery()
    return (
        select(
            VaultCount.id,
            Number.text.label("number"),
            VaultCount.kind,
            VaultCount.state,
            VaultCount.due_on,
            VaultCount.ordered_by,
            VaultCount.counted_at,
            VaultCount.expected,
            VaultCount.found,
            differences.label("differences"),
            Location.path.label("safe"),
            First.full_name.label("first"),
            Second.full_name.label("second"),
        )
        .select_from(VaultCount)
        .join(Number, Number.id == VaultCount.number_id)
        .join(Location, Location.id == VaultCount.safe_id)
        .outerjoin(First, First.id == VaultCount.first_id)
        .outerjoin(Second, Second.id == VaultCount.second_id)
        .where(in_sight())
    )


# Ends of days


def day_ends() -> Select[*tuple[Any, ...]]:
    columns = (getattr(DayEnd, name) for name in DAY_COLUMNS)
    found = select(*columns, First.full_name.label("custodian"), Second.full_name.label("witness"))
    return (
        found.select_from(DayEnd)
        .join(First, First.id == DayEnd.custodian_id)
        .join(Second, Second.id == DayEnd.witness_id)
    )


DAY_COLUMNS = ("id", "day", "opening", "came_in", "went_out", "closing", "counted", "remark", "closed_at")


def get_day_end(day_end_id: int) -> DayEnd:
    return find_day_end(day_end_id) or abort(404)


def find_day_end(day_end_id: int) -> DayEnd | None:
    people = joinedload(DayEnd.custodian), joinedload(DayEnd.witness)
    return session().get(DayEnd, day_end_id, options=people)


def last_sealed() -> DayEnd | None:
    return session().scalars(select(DayEnd).order_by(DayEnd.day.desc()).limit(1)).one_or_none()


def unsealed_days() -> list[date]:
    """Days with a movement that nobody has sealed yet, the oldest first."""
    last = last_sealed()
    done = select(TitleVoucher.done_at).where(TitleVoucher.state == VoucherState.done).order_by(TitleVoucher.done_at)
    if last is not None:
        done = done.where(TitleVoucher.done_at >= beginning_of(last.day))
    days = sorted({business_day_of(moment) for moment in session().scalars(done) if moment})
    return [day for day in days if last is None or day > last.day]
