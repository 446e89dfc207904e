"""Settlements that wait for the supervisor: signed and to be carried out, or objected to and to be answered."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.steps.approvals import Approvals, waits

WAITING = (SettlementState.agreed, SettlementState.objected)


def _waiting() -> Select[*tuple[Any, ...]]:
    return waits(
        key=RenovationSettlement.id,
        what=RenovationSettlement.state,
        about=RenovationSettlement.number,
        amount=RenovationSettlement.back,
        asked_by=RenovationSettlement.proposed_by,
        asked_at=RenovationSettlement.proposed_at,
        estate_id=RenovationSettlement.estate_id,
    ).where(
        RenovationSettlement.state.in_(WAITING),
        RenovationSettlement.proposed_by_id.is_distinct_from(actor().user_id),
    )


SETTLEMENTS = Approvals(
    name="renovation_settlement",
    title=_l("Settlement of a renovation"),
    permission=Permission.renovation_decide,
    waiting=_waiting,
    page=lambda key: url_for("renovation_settlements.show", renovation_settlement_id=key),
    titles={
        SettlementState.agreed.value: _l("Settlement of a renovation to be carried out"),
        SettlementState.objected.value: _l("Objection to a settlement to be answered"),
    },
)
