"""The vault as a whole: who keeps it today, and that one thing at a time happens in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from crm.archive.dossiers.models import Appointment, Location
from crm.archive.dossiers.models.custody import TITLES_ONLY, LocationKind
from crm.archive.vault.custody import HANDED_OVER, RECEIVED, Whereabouts, appointed_on, hold, move
from crm.archive.vault.models import TitleCustody, TitleDocument, TitleState
from crm.archive.vault.models.document import KEPT
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


def titles_handed_over() -> int:
    """What a change of custodian counts (L-04): what is in the vault, and what is received and not laid in yet."""
    handed = (TitleState.in_vault, TitleState.received)
    return session().scalar(select(func.count(TitleDocument.id)).where(TitleDocument.state.in_(handed))) or 0


def anything_kept() -> bool:
    """Whether a custodian has to answer for something now, be it in the vault, in hand, or outside for a time."""
    return session().scalar(select(TitleDocument.id).where(TitleDocument.state.in_(KEPT)).limit(1)) is not None


def ever_kept() -> bool:
    """Whether a custodian ever had to answer for something."""
    kept = select(TitleCustody.id).where((TitleCustody.cause == RECEIVED) | TitleCustody.location_id.is_not(None))
    return session().scalar(kept.limit(1)) is not None


def holds_titles(place: Location) -> bool:
    """Whether a title document lies there; asked of the vault held, so that none comes meanwhile."""
    if place.kind not in TITLES_ONLY:
        return False
    hold_vault()
    lies = select(TitleCustody.id).where(TitleCustody.location_id == place.id, TitleCustody.ends_at.is_(None))
    return session().scalar(lies.limit(1)) is not None


def hand_over_received() -> None:
    """What a former custodian has in hand is the one's who was appointed last, from that one's first day on."""
    today = custodians()
    held = (
        select(TitleCustody.document_id)
        .join(TitleDocument, TitleDocument.id == TitleCustody.document_id)
        .where(TitleDocument.state == TitleState.received, TitleCustody.ends_at.is_(None))
        .where(TitleCustody.holder_id.not_in(today))
    )
    moved = hold(list(session().scalars(held))) if today else []
    newest = appointed_on(business_day()).order_by(Appointment.starts.desc(), Appointment.id.desc()).limit(1)
    for document in moved:
        if document.state is TitleState.received:
            move(document, Whereabouts(holder_id=session().scalars(newest).one()), HANDED_OVER)


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
