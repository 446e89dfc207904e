"""Taking a step of a move-out or a sale: what has to be done before, as the books and meters stand at that moment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import business_day
from crm.moves.leaving.events import LeavingStepTaken
from crm.moves.leaving.models import WORKFLOW, Leaving, LeavingStep, Side
from crm.moves.leaving.queries import sheet_of
from crm.moves.leaving.standing import division, gone, passes_on, unfinished
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _LeavingSteps(Steps[Leaving, LeavingStep]):
    model, row, owner, workflow = Leaving, LeavingStep, "leaving_id", WORKFLOW

    def impossible(self, leaving: Leaving, action: str) -> str:
        if reason := super().impossible(leaving, action):
            return reason
        ask = HINDRANCES.get(action)
        return ask(leaving) if ask else ""


def _of_a_sale(leaving: Leaving) -> str:
    return "" if leaving.is_sale else _("Nobody takes over in a move-out: cancel it, and begin a sale.")


def _has_come(leaving: Leaving) -> str:
    if leaving.day <= business_day():
        return ""
    return _("The day has not come yet: %(day)s.", day=leaving.day.isoformat())


def _as_signed(leaving: Leaving) -> str:
    """What was signed is what is booked: the same bills, divided into the same parts."""
    if ended := gone(leaving):
        names = "、".join(sorted({party.customer.name for party in ended}))
        return _("The tie of %(names)s to the unit was ended otherwise: cancel this.", names=names)
    sheet = sheet_of(leaving.id)
    if sheet is None or sheet.content["marks"] != [line.mark for line in division(leaving)]:
        return _("Bills have changed since the sheet was signed: have it signed anew.")
    return ""


def _billed_since(leaving: Leaving) -> str:
    return "" if passes_on(leaving) else _("Nothing was billed since that reaches beyond the day.")


HINDRANCES = {
    "buyers": _of_a_sale,
    "readings": _has_come,
    "sign": unfinished,
    "close": _as_signed,
    "settle": _billed_since,
}
STEPS = _LeavingSteps()


def customer_ids(leaving: Leaving, *sides: Side) -> list[int]:
    return sorted({party.customer_id for party in leaving.parties if party.side in sides})


def subjects(leaving: Leaving, sides: Collection[Side] = (Side.leaves,)) -> dict[str, Any]:
    return {
        "leaving_id": leaving.id,
        "unit_id": leaving.unit_id,
        "customer_ids": customer_ids(leaving, *sides),
        "number": leaving.number,
    }


def tell(leaving: Leaving, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log."""
    record(
        LeavingStepTaken(
            action=action, state=leaving.state.value, reason=said.reason, note=said.note, **subjects(leaving)
        )
    )
