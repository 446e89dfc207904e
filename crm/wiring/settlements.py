"""How a renovation ends: its checks and its settlement on its page, the deposit's way back, what is filed."""

from __future__ import annotations

from crm.billing.deposits import hindrances as deposit_hindrances
from crm.renovations.cases.parts import step_pages
from crm.renovations.settlement import hindrances, securing


def connect_settlements() -> None:
    """After `connect_violations` and `connect_renovations`."""
    hindrances.open_things[:] = [securing.open_violation]
    deposit_hindrances.refund_hindrances.append(securing.goes_otherwise)
    deposit_hindrances.further_reversal_hindrances.append(securing.closed_by_it)
    step_pages.update(
        {
            "finish": "renovation_checks.finish",
            "shorten": "renovation_checks.shorten",
            "close": "renovation_settlements.close",
            "reopen": "renovation_settlements.reopen",
        }
    )
