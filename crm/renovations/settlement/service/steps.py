"""Taking a step of a settlement: what hinders it, and who is too close to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.service.booking import hold as hold_deposit
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import fees_of
from crm.renovations.cases.service.steps import STEPS as RENOVATIONS
from crm.renovations.cases.service.steps import Said
from crm.renovations.cases.service.steps import subjects as of_renovation
from crm.renovations.settlement.events import RenovationSettlementStepTaken
from crm.renovations.settlement.hindrances import open_thing
from crm.renovations.settlement.models import WORKFLOW, RenovationSettlement, SettlementState, SettlementStep
from crm.steps.taking import Steps
from crm.web.templating import money

GIVEN_UP = (RenovationState.refused, RenovationState.withdrawn)  # what was paid for it goes back the same way


class _SettlementSteps(Steps[RenovationSettlement, SettlementStep]):
    model, row, owner, workflow = RenovationSettlement, SettlementStep, "settlement_id", WORKFLOW

    def impossible(self, settlement: RenovationSettlement, action: str) -> str:
        if reason := super().impossible(settlement, action):
            return reason
        if action in ("carry_out", "refund"):
            return changed(settlement) or open_thing(settlement.renovation, paid_bills(settlement))
        return ""

    def not_entitled(self, settlement: RenovationSettlement, action: str) -> str:
        """Nobody carries out what they proposed, or answers what is said against it."""
        own = actor().user_id is not None and settlement.proposed_by_id == actor().user_id
        if own and action in ("carry_out", "reply"):
            return _("You made this settlement yourself: somebody else decides about it.")
        return ""


STEPS = _SettlementSteps()


def paid_bills(settlement: RenovationSettlement) -> set[int]:
    """That its lines pay, whole or in part."""
    return {line.bill_id for line in settlement.lines if line.bill_id is not None}


def changed(settlement: RenovationSettlement) -> str:
    """Why the sheet does not fit the deposit any more, or ""."""
    if settlement.deposit is None:
        return ""
    said = settlement.back if settlement.state is SettlementState.deducted else settlement.held
    if settlement.deposit.balance == said:
        return ""
    told = {"held": money(settlement.deposit.balance), "said": money(said)}
    return _("%(held)s yuan of the deposit are held, the sheet says %(said)s. Drop it and make another.", **told)


def sheet_hindrance(renovation: Renovation) -> str:
    """Why no settlement can be made of it now, whatever it says, or "": its fees can be paid by it."""
    return settling_hindrance(renovation, {fee.bill_id for fee in fees_of(renovation.id)})


def settling_hindrance(renovation: Renovation, paid_bill_ids: Collection[int]) -> str:
    """Why no settlement that pays these bills can be made of it, or "": its state, and what is open."""
    if renovation.state in GIVEN_UP:
        return "" if renovation.deposit_id else _("No deposit was taken for this application.")
    return RENOVATIONS.impossible(renovation, "settle") or open_thing(renovation, paid_bill_ids)


def hold_all(renovation: Renovation, settlement: RenovationSettlement | None = None) -> Deposit | None:
    """The deposit, the renovation, the settlement: in the order in which whoever decides about the deposit holds them.

    Raises `Stale` when somebody else has changed the settlement since it was read.
    """
    deposit = session().get_one(Deposit, renovation.deposit_id) if renovation.deposit_id else None
    if deposit is not None:
        hold_deposit(deposit)
    RENOVATIONS.hold(renovation)
    if renovation.deposit_id != (deposit.id if deposit else None):
        raise DomainError(_("The renovation has another deposit by now. Look at it again."))
    if settlement is not None:
        STEPS.hold_unchanged(settlement)
    return deposit


def tell(settlement: RenovationSettlement, action: str, said: Said) -> None:
    """The step in the log."""
    record(
        RenovationSettlementStepTaken(
            action=action, state=settlement.state.value, reason=said.reason, note=said.note, **subjects(settlement)
        )
    )


def subjects(settlement: RenovationSettlement) -> dict[str, Any]:
    about = of_renovation(settlement.renovation)
    return about | {"renovation_settlement_id": settlement.id, "number": settlement.number}
