"""In words: what a step of a settlement is called, and what is to be done next."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.renovations.settlement.models import WORKFLOW, RenovationSettlement, SettlementState

S = SettlementState
FOLLOWED = {
    "propose": _l("Settlement made"),
    "booked": _l("Deduction booked"),
    "paid": _l("Settled"),
    "turned_down": _l("The money was not allowed"),
    "undone": _l("Taken back"),
}
NEXT = {
    S.proposed: _l("Print the sheet, show it to the customer and have it signed."),
    S.objected: _l("The supervisor answers the objection; or the sheet is dropped and another one made."),
    S.agreed: _l("Somebody else than who made it carries it out: the supervisor or the management."),
    S.deducting: _l("Billing decides about the deduction."),
    S.deducted: _l("Ask for the refund of the rest."),
    S.refund_asked: _l("Billing decides about the refund, then the cashier pays it out."),
    S.paid: _l("All is done with the deposit."),
    S.dropped: _l("It was dropped and does not count."),
    S.undone: _l("Money was taken back after it was settled: it does not hold any more. Make another one."),
}


def step_title(action: str) -> str:
    return str(WORKFLOW[action].title if action in WORKFLOW else FOLLOWED.get(action, action))


def next_in_words(settlement: RenovationSettlement) -> str:
    if settlement.state is S.deducted and settlement.back == 0:
        return _("Nothing goes back.")
    return str(NEXT[settlement.state])
