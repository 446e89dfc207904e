"""竣工: the customer says that it is built, and brings the drawings of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.files import store
from crm.files.models import StoredFile
from crm.renovations.acceptance.events import RenovationAsBuiltBrought, RenovationFinished
from crm.renovations.acceptance.models import RenovationAsBuilt, RenovationCompletion
from crm.renovations.cases.models import BUILT, Renovation, RenovationState
from crm.renovations.cases.service.steps import STEPS, Said, subjects

PURPOSE = "renovation"
MOST = 20  # drawings of one form
DRAWN = ("application/pdf", "image/png", "image/jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    name: str
    content: bytes
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """`differs`: in what it was built otherwise than approved; `no_drawings`: why none was brought."""

    done_on: date
    built: str
    as_approved: bool
    differs: str = ""
    drawings: Sequence[Drawing] = ()
    no_drawings: str = ""


def finish(renovation: Renovation, told: Finished, said: Said) -> RenovationCompletion:
    """Raises `DomainError` where a fact is missing or the day cannot be."""
    STEPS.hold_unchanged(renovation)
    STEPS.expect(renovation, "finish")
    if fault := _fault(renovation, told):
        raise DomainError(fault)
    made = RenovationCompletion(
        renovation_id=renovation.id,
        done_on=told.done_on,
        built=told.built,
        as_approved=told.as_approved,
        differs="" if told.as_approved else told.differs,
        drawings="" if told.drawings else told.no_drawings,
        key=said.key,
        taken_by_id=g.actor.user_id,
        taken_by=g.actor.name,
        taken_at=utc_now(),
    )
    session().add(made)
    for place, drawing in enumerate(told.drawings):
        bring_drawing(renovation, drawing, f"{said.key}-{place}" if said.key else None)
    STEPS.take(renovation, "finish", replace(said, note=told.built), done_on=told.done_on, warned_on=None)
    facts: dict[str, Any] = {"done_on": told.done_on, "as_approved": told.as_approved, "drawings": len(told.drawings)}
    record(RenovationFinished(**facts, **subjects(renovation)))
    return made


def _fault(renovation: Renovation, told: Finished) -> str:
    if told.done_on > business_day():
        return _("The day must not be later than today.")
    if renovation.begun_on and told.done_on < renovation.begun_on:
        return _("The work began on %(day)s: it cannot be done before.", day=renovation.begun_on.isoformat())
    if not told.built.strip():
        return _("Write what was built.")
    if not told.as_approved and not told.differs.strip():
        return _("Write in what it differs from what was approved.")
    if not told.drawings and not told.no_drawings.strip():
        return _("Choose the as-built drawings, or write why there are none.")
    return _("At most %(most)s drawings at once.", most=MOST) if len(told.drawings) > MOST else ""


def drawing_hindrance(renovation: Renovation) -> str:
    """Why no as-built drawing can be added, or ""."""
    if renovation.state in (*BUILT, RenovationState.under_way, RenovationState.settled):
        return ""
    return _("As-built drawings come when the work is done, until the renovation is closed.")


def bring_drawing(renovation: Renovation, drawing: Drawing, key: str | None) -> RenovationAsBuilt:
    """Once however often it is sent. Raises `DomainError` for what is neither PDF nor picture."""
    STEPS.hold(renovation)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(RenovationAsBuilt).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.renovation_id != renovation.id:
        raise UsedElsewhere
    if standing:
        return standing
    if reason := drawing_hindrance(renovation):
        raise DomainError(reason)
    upload = store.keep(drawing.content, drawing.name, purpose=PURPOSE, estate_id=renovation.estate_id)
    if session().get_one(StoredFile, upload.sha256).media_type not in DRAWN:
        raise DomainError(_("%(name)s is neither a PDF nor a picture.", name=drawing.name))
    made = RenovationAsBuilt(
        renovation_id=renovation.id,
        title=drawing.title or drawing.name.rpartition(".")[0] or drawing.name,
        upload_id=upload.id,
        key=key,
        added_by_id=g.actor.user_id,
        added_by=g.actor.name,
        added_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"renovation_as_built_id": made.id, "title": made.title, "upload_id": upload.id}
    record(RenovationAsBuiltBrought(**told, **subjects(renovation)))
    return made
