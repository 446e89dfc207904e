"""Before another custodian is appointed: each safe that holds something was counted by the two who hand over. L-04."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import or_, select

from crm.archive.dossiers.models import Location
from crm.archive.vault.keeping import places_of, safes
from crm.archive.vault.models import CountKind, CountState, TitleCustody, VaultCount
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import beginning_of, business_day
from crm.db import session


def hindrance(successor: User, former: Collection[int]) -> str:
    """Why the vault is not handed over to the successor yet, or ""; `former`: who answers for it until then."""
    partners = {*former, *(user.id for user in who_may(Permission.title_approve))} - {successor.id}
    lacking = [safe.path for safe in safes() if _holds_something(safe) and not _counted(safe, successor.id, partners)]
    if not lacking:
        return ""
    return _(
        "Order a count at a change of custodian first: %(safes)s. %(name)s and who leaves count and sign it today, and "
        "nothing moves afterwards. Where who leaves cannot come, somebody who approves counts instead.",
        safes=_(", ").join(lacking),
        name=successor.full_name,
    )


def _holds_something(safe: Location) -> bool:
    there = select(TitleCustody.id).where(TitleCustody.location_id.in_(_within(safe)), TitleCustody.ends_at.is_(None))
    return session().scalar(there.limit(1)) is not None


def _within(safe: Location) -> list[int]:
    return [place.id for place in places_of(safe.id)]


def _counted(safe: Location, successor_id: int, partners: Collection[int]) -> bool:
    found = select(VaultCount).where(
        VaultCount.safe_id == safe.id,
        VaultCount.kind == CountKind.handover,
        VaultCount.state == CountState.signed,
        VaultCount.signed_at >= beginning_of(business_day()),
    )
    last = session().scalars(found.order_by(VaultCount.id.desc()).limit(1)).one_or_none()
    if last is None or last.counted_at is None:
        return False
    people = {last.first_id, last.second_id}
    moved = select(TitleCustody.id).where(
        TitleCustody.location_id.in_(_within(safe)),
        or_(TitleCustody.starts_at > last.counted_at, TitleCustody.ends_at > last.counted_at),
    )
    both = successor_id in people and bool(people & set(partners))
    return both and session().scalar(moved.limit(1)) is None
