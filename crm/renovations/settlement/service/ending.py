"""What follows from the deposits' book: deducted, paid out, turned down, taken back; and the end of the renovation."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits.models import DepositMovement, DepositRequest
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.service.steps import NOTHING_SAID, NOW, Said
from crm.renovations.cases.service.steps import STEPS as RENOVATIONS
from crm.renovations.cases.service.steps import subjects as of_renovation
from crm.renovations.cases.service.steps import tell as tell_of
from crm.renovations.settlement.apportioning import NOUGHT
from crm.renovations.settlement.events import RenovationReopened, RenovationSettled
from crm.renovations.settlement.filing import file_closed, file_settlement
from crm.renovations.settlement.hindrances import open_thing
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.renovations.settlement.queries import KIND, get_settlement, is_booked, of_deposit, standing
from crm.renovations.settlement.service.steps import STEPS, paid_bills, subjects, tell

KEY = re.compile(rf"{KIND}-(\d+)-.+", re.ASCII)  # of a request that was made here: whose it is
S = SettlementState


def settlement_of(request: DepositRequest) -> RenovationSettlement | None:
    """For which settlement the request was made, held until the unit of work ends."""
    made_here = KEY.fullmatch(request.key)
    if made_here is None:
        return None
    return _held(int(made_here[1]))


def _held(settlement_id: int) -> RenovationSettlement:
    """The renovation first, as everybody does."""
    settlement = get_settlement(settlement_id)
    RENOVATIONS.hold(settlement.renovation)
    STEPS.hold(settlement)
    return settlement


def moved(request: DepositRequest) -> None:
    """A line of the request was booked; with the last of them the settlement goes on.

    Raises `DomainError` where something has come up since: then nothing is booked.
    """
    settlement = settlement_of(request)
    if settlement is None or not is_booked(request):
        return
    if settlement.state is S.deducting:
        booked(settlement)
    elif settlement.state is S.refund_asked:
        _pay(settlement)


def booked(settlement: RenovationSettlement) -> None:
    """What is kept is kept. With nothing to give back that was all."""
    _follow(settlement, S.deducted, "booked")
    if settlement.back == NOUGHT:
        _pay(settlement)


def _pay(settlement: RenovationSettlement) -> None:
    """All is done with the deposit: so is the renovation, where it was built."""
    renovation = settlement.renovation
    if reason := open_thing(renovation, paid_bills(settlement)):
        raise DomainError(reason)
    _follow(settlement, S.paid, "paid", paid_at=NOW)
    sums: dict[str, Any] = {"deducted": settlement.deducted, "back": settlement.back}
    if renovation.state is RenovationState.checked:
        RENOVATIONS.take(renovation, "settle", Said(note=settlement.number), settled_at=NOW)
    else:
        file_settlement(settlement)
    record(RenovationSettled(deposit_id=settlement.deposit_id, **sums, **subjects(settlement)))


def turned_down(request: DepositRequest, remark: str) -> None:
    """The money was not allowed: what is signed stands, and can be asked for again or dropped."""
    settlement = settlement_of(request)
    if settlement is None:
        return
    said = Said(reason=remark)
    if settlement.state is S.deducting:
        _follow(settlement, S.agreed, "turned_down", said)
    elif settlement.state is S.refund_asked:
        _follow(settlement, S.deducted, "turned_down", said)


def taken_back(movement: DepositMovement) -> None:
    """Money came back into the deposit that a settlement rests on: that one does not hold any more."""
    resting = of_deposit(movement.deposit_id)
    if resting is None:
        return
    settlement = _held(resting.id)
    if settlement.state in (S.deducted, S.refund_asked, S.paid):
        _undo(settlement, Said(reason=movement.reason))


def _undo(settlement: RenovationSettlement, said: Said) -> None:
    """Everything stands where it was settled from; another settlement is made."""
    _follow(settlement, S.undone, "undone", said)
    renovation = settlement.renovation
    if renovation.state not in (RenovationState.settled, RenovationState.closed):
        return
    was = renovation.state
    RENOVATIONS.take(renovation, "reopen", said, settled_at=None, closed_at=None)
    about = of_renovation(renovation) | {"renovation_settlement_id": settlement.id}
    record(RenovationReopened(was=was.value, reason=said.reason, **about))


def reopen(renovation: Renovation, said: Said) -> None:
    """Its settlement does not hold: what was taken can be taken back then, and another one is made."""
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    RENOVATIONS.hold_unchanged(renovation)
    RENOVATIONS.expect(renovation, "reopen")
    settlement = standing(renovation.id)
    if settlement is None:
        raise DomainError(_("No settlement stands here."))
    STEPS.hold(settlement)
    _undo(settlement, said)


def close(renovation: Renovation, said: Said) -> None:
    """Its papers go into the customer's dossier by jobs, each once."""
    RENOVATIONS.take(renovation, "close", said, closed_at=NOW)
    tell_of(renovation, "close", said)
    file_closed(renovation)


def _follow(
    settlement: RenovationSettlement, state: SettlementState, action: str, said: Said = NOTHING_SAID, **changes: object
) -> None:
    """A step that follows from elsewhere, in the history and in the log."""
    before, settlement.state = settlement.state, state
    STEPS.follow(settlement, action, before, said, **changes)
    session().flush()
    tell(settlement, action, said)
