"""Permits to issue, more time and alterations that wait for somebody else's decision."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.models import Unit
from crm.renovations.cases.models import (
    Decision,
    Renovation,
    RenovationAlteration,
    RenovationExtension,
    RenovationState,
    RenovationStep,
)
from crm.renovations.cases.queries import OPEN
from crm.steps.approvals import Approvals, waits


def _asked(model: Any, about: Any) -> Select[*tuple[Any, ...]]:
    """What another asked for."""
    return (
        waits(
            key=model.id,
            about=about,
            asked_by=model.asked_by,
            asked_at=model.asked_at,
            estate_id=Renovation.estate_id,
        )
        .join(Renovation, Renovation.id == model.renovation_id)
        .where(model.decision == Decision.asked, model.asked_by_id.is_distinct_from(actor().user_id))
    )


def _extensions() -> Select[*tuple[Any, ...]]:
    return _asked(RenovationExtension, Renovation.number + " " + RenovationExtension.reason)


def _alterations() -> Select[*tuple[Any, ...]]:
    place = RenovationAlteration.place + " " + RenovationAlteration.what
    return _asked(RenovationAlteration, Renovation.number + " " + place)


def _permits() -> Select[*tuple[Any, ...]]:
    """The agreement is signed, and another took the application."""
    last = select(func.max(RenovationStep.id)).where(
        RenovationStep.renovation_id == Renovation.id, RenovationStep.action == "sign"
    )
    return (
        waits(
            key=Renovation.id,
            about=Renovation.number + " " + Unit.label + " " + Renovation.description,
            asked_by=RenovationStep.taken_by,
            asked_at=RenovationStep.taken_at,
            estate_id=Renovation.estate_id,
        )
        .join(Unit, Unit.id == Renovation.unit_id)
        .join(RenovationStep, RenovationStep.id == last.correlate(Renovation).scalar_subquery())
        .where(OPEN, Renovation.state == RenovationState.agreed)
        .where(Renovation.applied_by_id.is_distinct_from(actor().user_id))
    )


EXTENSIONS = Approvals(
    name="renovation_extension",
    title=_l("More time for a renovation"),
    permission=Permission.renovation_decide,
    waiting=_extensions,
    page=lambda key: url_for("renovations.decide_extension", renovation_extension_id=key),
)
ALTERATIONS = Approvals(
    name="renovation_alteration",
    title=_l("Alteration in a renovation"),
    permission=Permission.renovation_decide,
    waiting=_alterations,
    page=lambda key: url_for("renovations.decide_alteration", renovation_alteration_id=key),
)
PERMITS = Approvals(
    name="renovation_permit",
    title=_l("Renovation permit"),
    permission=Permission.renovation_decide,
    waiting=_permits,
    page=lambda key: url_for("renovations.show", renovation_id=key),
)
