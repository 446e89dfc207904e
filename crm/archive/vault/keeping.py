"""The vault as a whole: who keeps it today, and that one thing at a time happens in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from crm.archive.dossiers.models import Location
from crm.archive.dossiers.models.custody import TITLES_ONLY, LocationKind
from crm.archive.vault.custody import appointed_on
from crm.archive.vault.models import TitleCustody, TitleDocument, TitleState
from crm.auth.models import User
from crm.dates import business_day
from crm.db import session


def hold_vault() -> None:
    """Until the commit: movements, counts and ends of days take turns, also with a change of custodian."""
    first = select(Location.id).order_by(Location.id).limit(1)
    session().execute(first.with_for_update(key_share=True))


def custodians() -> set[int]:
    """Whoever has a live appointment as title custodian today (L-04)."""
    return set(session().scalars(appointed_on(business_day())))


def named(user_ids: Sequence[int] | set[int]) -> dict[int, str]:
    found = select(User.id, User.full_name).where(User.id.in_(user_ids), User.active)
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name, User.id))}


def titles_in_vault() -> int:
    """Objects that are in the vault by their state: what a change of custodian counts (L-04)."""
    found = select(func.count(TitleDocument.id)).where(TitleDocument.state == TitleState.in_vault)
    return session().scalar(found) or 0


def safes() -> Sequence[Location]:
    """Every safe in use."""
    found = select(Location).where(Location.kind == LocationKind.safe, Location.in_use)
    return session().scalars(found.order_by(Location.path)).all()


def places() -> Sequence[Location]:
    """Safes and slots in use: where a title document may lie (L-30)."""
    found = select(Location).where(Location.kind.in_(TITLES_ONLY), Location.in_use)
    return session().scalars(found.order_by(Location.path)).all()


def safe_of(place: Location) -> int:
    """The safe that a slot is part of, or the safe itself."""
    return place.id if place.kind is LocationKind.safe or place.parent_id is None else place.parent_id


def places_of(safe_id: int) -> Sequence[Location]:
    """The safe itself, then its slots."""
    found = select(Location).where(or_(Location.id == safe_id, Location.parent_id == safe_id))
    return session().scalars(found.order_by(Location.path)).all()


def ever_used(safe_id: int) -> bool:
    """Whether a title document lies or ever lay in it."""
    within = [place.id for place in places_of(safe_id)]
    found = select(TitleCustody.id).where(TitleCustody.location_id.in_(within))
    return session().scalar(found.limit(1)) is not None
