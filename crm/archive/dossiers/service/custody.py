"""Who has a dossier and where it is: one open interval for each, closed when the next begins. L-05, L-09, L-30, I2."""

from __future__ import annotations

from flask import g
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers.events import CustodyEnded, CustodyTaken
from crm.archive.dossiers.models import Custody, Dossier, Location
from crm.archive.dossiers.models.custody import TITLES_ONLY
from crm.archive.dossiers.models.dossier import DossierState
from crm.audit.log import record
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

CAUSE_TITLES: dict[str, LazyString] = {
    "opened": _l("Opened"),
    "placed": _l("Put in its place"),
    "handed_over": _l("Handed to somebody"),
    "returned": _l("Returned"),
    "other": _l("Other"),
}
"""Every cause there is: packages that move dossiers add theirs in `crm.wiring`."""


def take_custody(
    dossier: Dossier, *, holder_id: int | None = None, location_id: int | None = None, cause: str
) -> Custody:
    """Into somebody's hands, or to a place; `cause` says by what. Raises `DomainError` for a safe.

    At a place whoever is appointed archivist that day answers for it.
    """
    if cause not in CAUSE_TITLES:
        raise ValueError(f"a cause without a title: {cause}")
    if (holder_id is None) == (location_id is None):
        raise DomainError(_("A dossier is in somebody's hands or at a place: say one of the two."))
    place = expect_place(location_id) if location_id is not None else None
    expect_kept(dossier)
    now, before = utc_now(), current(dossier)
    if before:
        before.ends_at = max(now, before.starts_at)
        session().flush()
    made = Custody(
        dossier_id=dossier.id,
        holder_id=holder_id,
        location_id=location_id,
        starts_at=before.ends_at if before else now,
        cause=cause,
        caused_by=g.actor.name,
    )
    session().add(made)
    session().flush()
    record(
        CustodyTaken(
            dossier_id=dossier.id,
            holder_id=holder_id,
            location_id=location_id,
            old=_told(before),
            new=place.path if place else _name(holder_id),
            cause=cause,
        )
    )
    return made


def expect_kept(dossier: Dossier) -> None:
    """Raises `DomainError` for a destroyed dossier; whoever would destroy it meanwhile waits."""
    state = select(Dossier.state).where(Dossier.id == dossier.id).with_for_update(key_share=True)
    if session().scalar(state) is DossierState.destroyed:
        raise DomainError(_("The dossier was destroyed. What it was stands on its page."))


def end_custody(dossier: Dossier) -> None:
    """Nobody has it any more, for good."""
    before = current(dossier)
    if before is None:
        return
    before.ends_at = max(utc_now(), before.starts_at)
    session().flush()
    record(CustodyEnded(dossier_id=dossier.id, old=_told(before), cause="destroyed"))


def current(dossier: Dossier) -> Custody | None:
    """The open interval; the next taker waits for it to be closed."""
    query = select(Custody).where(Custody.dossier_id == dossier.id, Custody.ends_at.is_(None)).with_for_update()
    return session().scalars(query).one_or_none()


def expect_place(location_id: int) -> Location:
    """Raises `DomainError` for a place out of use and for a safe: that holds title documents only (L-30)."""
    place = session().get(Location, location_id)
    if place is None or not place.in_use:
        raise DomainError(_("This place is not in use. Choose another."))
    if place.kind in TITLES_ONLY:
        raise DomainError(_("A safe holds title documents only. Put the dossier on a shelf or into a box."))
    return place


def _told(custody: Custody | None) -> str:
    if custody is None:
        return ""
    if custody.location_id is not None:
        return session().get_one(Location, custody.location_id).path
    return _name(custody.holder_id)


def _name(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id is not None else ""
