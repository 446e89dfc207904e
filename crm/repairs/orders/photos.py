"""Pictures of a job: each once, however often a phone sends it."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.errors import UsedElsewhere
from crm.files import store
from crm.repairs.orders.events import RepairPhotoTaken
from crm.repairs.orders.models import ENDED, PhotoStage, RepairOrder, RepairPhoto
from crm.repairs.orders.service.steps import hold, not_the_holder, subjects

PURPOSE = "repair"
LARGEST = 12 * 1024 * 1024  # bytes: phones send smaller ones, our script makes them so


def hindrance(order: RepairOrder) -> str:
    """Why the acting person can add no picture, or "": the desk keeps what customers send, a worker one's own job's."""
    if order.state in ENDED:
        return _("%(number)s is over.", number=order.number)
    if actor().may(Permission.repair_log):
        return ""
    if actor().may(Permission.repair_work):
        return not_the_holder(order)
    return _("Your role does not include this. Ask your supervisor or the administrator.")


def keep_photo(order: RepairOrder, field: Any, stage: str, key: str | None) -> RepairPhoto | None:
    """What was chosen in the form, or None. Raises `DomainError` for what is no picture."""
    chosen = field.data
    if not chosen or not getattr(chosen, "filename", ""):
        return None
    return add_photo(order, chosen.read(), chosen.filename, PhotoStage(stage), f"{key}-{stage}" if key else None)


def keep_signature(order: RepairOrder, drawn: bytes | None, key: str | None) -> RepairPhoto | None:
    """What the customer drew, or None."""
    if drawn is None:
        return None
    return add_photo(order, drawn, "signature.png", PhotoStage.signature, f"{key}-signature" if key else None)


def add_photo(order: RepairOrder, content: bytes, name: str, stage: PhotoStage, key: str | None) -> RepairPhoto:
    hold(order)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(RepairPhoto).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.repair_order_id != order.id:
        raise UsedElsewhere
    if standing:
        return standing
    upload = store.keep_picture(content, name, purpose=PURPOSE, estate_id=order.estate_id, largest=LARGEST)
    made = RepairPhoto(
        repair_order_id=order.id, upload_id=upload.id, stage=stage, key=key, taken_by=g.actor.name, taken_at=utc_now()
    )
    session().add(made)
    session().flush()
    record(RepairPhotoTaken(stage=stage.value, **subjects(order)))
    return made
