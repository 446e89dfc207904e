"""Which role sees which cards, in which order: this one table.

A package that comes later lists its cards here, in a module of its own beside the others. Whoever has several roles
gets the cards of all of them, each once; of two cards with one name, one kind of work, the one with lines counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crm.auth.permissions import Permission, RoleName
from crm.desk.home.archive import ASKED, FILING_REVIEWS, FINDINGS, HANDOVERS, UNFILED
from crm.desk.home.arrears import AGREED, ARREARS_REVIEW, CONTACTS, DEMANDS, LIMITATION, PROMISES
from crm.desk.home.calls import CALLS
from crm.desk.home.cards import Card, at_a_glance
from crm.desk.home.cases import CALLBACKS, COMPLAINTS, LETTERS, VIOLATIONS
from crm.desk.home.deciding import APPROVALS, COLLECTED
from crm.desk.home.disposal import OPINIONS, OVER, WITNESSES
from crm.desk.home.money import DEPOSITS, DRAWER, METERS, MONTHS, RUNS
from crm.desk.home.repairs import DISPATCH, INCIDENTS, OWN_JOBS, REPAIRS, VISITS
from crm.desk.home.running import JOBS, MAIL, SETTINGS, TASKS
from crm.desk.home.stock import CUSTOMERS, LOGS, PREMISES

R = RoleName
STOCK = (CUSTOMERS, PREMISES)
DESK = (CALLS, COMPLAINTS, CALLBACKS, VISITS, PROMISES, AGREED, VIOLATIONS, LETTERS, REPAIRS, FINDINGS)
CASES = at_a_glance(COMPLAINTS, VIOLATIONS, LETTERS)
CALLS_BESIDES = at_a_glance(CALLS)
HANDOVERS_BESIDES = at_a_glance(HANDOVERS)
DECIDES = (
    APPROVALS,
    OPINIONS,
    WITNESSES,
    *CASES,
    REPAIRS,
    *HANDOVERS_BESIDES,
    FINDINGS,
    COLLECTED,
    *STOCK,
)
HOMES: dict[RoleName, Sequence[Card]] = {
    R.service_desk: (*DESK, *STOCK),
    R.desk_supervisor: (APPROVALS, *DESK, *STOCK),
    R.dispatcher: (DISPATCH, INCIDENTS, VISITS, OWN_JOBS, *CALLS_BESIDES, *CASES, *STOCK),
    R.repair_worker: (OWN_JOBS, INCIDENTS, PREMISES),
    R.cashier: (DRAWER, DEPOSITS, PROMISES, *CALLS_BESIDES, *CASES, *STOCK),
    R.billing_supervisor: (APPROVALS, RUNS, METERS, MONTHS, PROMISES, COLLECTED, *STOCK),
    R.arrears_reviewer: (ARREARS_REVIEW, CONTACTS, PROMISES, LIMITATION, DEMANDS, *CALLS_BESIDES, *CASES, *STOCK),
    R.archivist: (
        HANDOVERS,
        FILING_REVIEWS,
        FINDINGS,
        ASKED,
        UNFILED,
        OVER,
        OPINIONS,
        *CALLS_BESIDES,
        *CASES,
        REPAIRS,
        *STOCK,
    ),
    R.title_custodian: (HANDOVERS,),
    R.project_manager: (HANDOVERS, FINDINGS, WITNESSES),
    R.deputy_general_manager: DECIDES,
    R.general_manager: (*DECIDES, LOGS),
    R.chairman: DECIDES,
    R.administrator: (JOBS, TASKS, MAIL, SETTINGS, LOGS, PREMISES),
    R.auditor: (OPINIONS, WITNESSES, *CASES, REPAIRS, *HANDOVERS_BESIDES, FINDINGS, COLLECTED, LOGS, *STOCK),
}


def cards_of(roles: Collection[RoleName], permissions: Collection[Permission]) -> list[Card]:
    """In the order of the table, whichever role was given first."""
    found: dict[str, Card] = {}
    listed = [card for role, cards in HOMES.items() if role in roles for card in cards]
    for card in listed:
        if card.permission in permissions and not (card.name in found and found[card.name].todo):
            found[card.name] = card
    return list(found.values())
