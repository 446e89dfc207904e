"""Renovations whose papers should lie in the customer's dossier and do not."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, select

from crm.renovations.cases.filing import PERMIT, RECORD
from crm.renovations.cases.models import ENDED, Renovation, RenovationStep
from crm.tenants.unfiled import Unfiled, lies_in_a_dossier

PERMIT_UNFILED = and_(Renovation.permitted_at.is_not(None), ~lies_in_a_dossier(PERMIT, Renovation.id))
RECORD_UNFILED = and_(Renovation.state.in_(ENDED), ~lies_in_a_dossier(RECORD, Renovation.id))


def permit_unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Renovation permits"),
        condition=PERMIT_UNFILED,
        estate_id=Renovation.estate_id,
        since=Renovation.permitted_at,
        address="/renovations/?state=permit_unfiled",
    )


def record_unfiled() -> Unfiled:
    last = select(func.max(RenovationStep.taken_at)).where(RenovationStep.renovation_id == Renovation.id)
    return Unfiled(
        title=_l("Renovations that are over"),
        condition=RECORD_UNFILED,
        estate_id=Renovation.estate_id,
        since=last.correlate(Renovation).scalar_subquery(),
        address="/renovations/?state=unfiled",
    )
