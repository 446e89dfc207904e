"""How a renovation ends: its checks and its settlement on its page, the deposit's way back, what is filed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.billing.deposits import events as deposits
from crm.billing.deposits import hindrances as deposit_hindrances
from crm.renovations.acceptance import events as checks
from crm.renovations.acceptance import history as check_history
from crm.renovations.acceptance import papers as check_papers
from crm.renovations.acceptance.present import PART as ACCEPTANCE
from crm.renovations.cases.parts import renovation_parts, step_pages
from crm.renovations.patrols import handlers as patrols
from crm.renovations.settlement import filing, handlers, hindrances, history, papers, queries, securing
from crm.renovations.settlement.present import PART as SETTLEMENT
from crm.tenants import closing
from crm.tenants import history as timelines

HANDLERS: dict[type, list[Callable[[Any], None]]] = {
    deposits.DepositMoved: [handlers.deposit_moved],
    deposits.DepositActDecided: [handlers.act_decided],
    checks.RenovationFinished: [patrols.step_taken],
}
PAGES = {
    "finish": "renovation_checks.finish",
    "shorten": "renovation_checks.shorten",
    "close": "renovation_settlements.close",
    "reopen": "renovation_settlements.reopen",
}


def connect_settlements() -> None:
    """After `connect_violations`, `connect_renovations` and `connect_patrols`."""
    hindrances.open_things[:] = [securing.open_violation, securing.pass_out, securing.fee_open]
    deposit_hindrances.refund_hindrances.append(securing.goes_otherwise)
    deposit_hindrances.cancel_hindrances.append(securing.goes_otherwise)
    deposit_hindrances.further_reversal_hindrances.append(securing.closed_by_it)
    renovation_parts[:0] = [ACCEPTANCE, SETTLEMENT]
    step_pages.update(PAGES)
    closing.closed[filing.ACCEPTANCE] = closing.Closed(check_papers.acceptance_to_file)
    closing.closed[filing.AS_BUILT] = closing.Closed(check_papers.drawing_to_file)
    closing.closed[queries.KIND] = closing.Closed(papers.settlement_to_file)
    for told in (check_history, history):
        timelines.further_titles.update(told.EVENT_TITLES)
        timelines.further_details.update(told.EVENT_DETAILS)
