"""冻结 by hand: placed with a reason by one, lifted by another."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.archive.disposal.events import HoldLifted, HoldPlaced
from crm.archive.disposal.models import ArchiveHold
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service.custody import expect_kept
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled


def place(dossier: Dossier, reason: str) -> ArchiveHold:
    """Whoever would destroy it at the same moment waits, and then may not."""
    expect_kept(dossier)
    made = ArchiveHold(
        dossier_id=dossier.id,
        reason=reason,
        placed_by_id=g.actor.user_id,
        placed_by=g.actor.name,
        placed_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(HoldPlaced(dossier_id=dossier.id, archive_hold_id=made.id, reason=reason))
    return made


def why_not_lift(hold: ArchiveHold) -> str:
    if hold.lifted_at is not None:
        return _("This hold is lifted already.")
    if hold.placed_by_id == g.actor.user_id:
        return _("You placed this hold yourself: somebody else lifts it.")
    return ""


def lift(hold: ArchiveHold, reason: str) -> None:
    session().refresh(hold, with_for_update=True)
    if hold.lifted_at is not None:
        raise DomainError(why_not_lift(hold))
    if refusal := why_not_lift(hold):
        raise NotEntitled(refusal)
    hold.lifted_by_id, hold.lifted_by = g.actor.user_id, g.actor.name
    hold.lifted_at, hold.lift_reason = utc_now(), reason
    session().flush()
    record(HoldLifted(dossier_id=hold.dossier_id, archive_hold_id=hold.id, reason=reason))
