"""Which role sees which cards, in which order: this one table.

A package that comes later lists its cards here, in a module of its own beside the others. Whoever has several roles
gets the cards of all of them, each once; of two cards with one name, one kind of work, the one with lines counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crm.auth.permissions import Permission, RoleName
from crm.desk.home.archive import ASKED, CHECKLISTS, FILING_REVIEWS, FINDINGS, HANDOVERS, SAMPLES, UNFILED
from crm.desk.home.arrears import AGREED, ARREARS_REVIEW, CONTACTS, DEMANDS, LIMITATION, PROMISES
from crm.desk.home.calls import CALLS
from crm.desk.home.cards import Card, at_a_glance
from crm.desk.home.cases import CALLBACKS, COMPLAINTS, LETTERS, VIOLATIONS
from crm.desk.home.deciding import APPROVALS, COLLECTED
from crm.desk.home.disposal import DESTRUCTIONS, OPINIONS, OVER, WITNESSES
from crm.desk.home.engineering import PROCEDURES
from crm.desk.home.estates import ESTATES
from crm.desk.home.lending import BORROWED, LENDING
from crm.desk.home.money import DEPOSITS, DRAWER, METERS, MONTHS, RUNS
from crm.desk.home.moves import LEAVINGS, MOVE_INS
from crm.desk.home.patrols import PATROLS
from crm.desk.home.renovations import RENOVATIONS, TO_EXAMINE, TO_PERMIT
from crm.desk.home.repairs import DISPATCH, INCIDENTS, OWN_JOBS, REPAIRS, TO_CONFIRM, TO_TAKE, VISITS
from crm.desk.home.running import JOBS, MAIL, SETTINGS, TASKS
from crm.desk.home.settling import CHECKS, SETTLEMENTS
from crm.desk.home.stock import CUSTOMERS, LOGS, PREMISES
from crm.desk.home.vault import VAULT

R = RoleName
STOCK = (CUSTOMERS, PREMISES)
DESK = (
    CALLS,
    COMPLAINTS,
    CALLBACKS,
    VISITS,
    MOVE_INS,
    LEAVINGS,
    PROMISES,
    AGREED,
    VIOLATIONS,
    RENOVATIONS,
    LETTERS,
    REPAIRS,
    FINDINGS,
)
DISPATCHES = (DISPATCH, TO_CONFIRM, TO_EXAMINE, INCIDENTS, VISITS, OWN_JOBS, PATROLS, CHECKS, PROCEDURES)
ARREARS = (ARREARS_REVIEW, CONTACTS, PROMISES, LIMITATION, DEMANDS)
CASES = at_a_glance(COMPLAINTS, VIOLATIONS, LETTERS)
CALLS_BESIDES = at_a_glance(CALLS)
VAULT_BESIDES = at_a_glance(VAULT)
ARCHIVE = (
    HANDOVERS,
    LENDING,
    *VAULT_BESIDES,
    FILING_REVIEWS,
    SAMPLES,
    FINDINGS,
    ASKED,
    UNFILED,
    OVER,
    OPINIONS,
    DESTRUCTIONS,
)
HANDOVERS_BESIDES = at_a_glance(HANDOVERS)
DECIDES = (
    APPROVALS,
    OPINIONS,
    WITNESSES,
    *CASES,
    REPAIRS,
    *HANDOVERS_BESIDES,
    *VAULT_BESIDES,
    FINDINGS,
    ESTATES,
    BORROWED,
    *STOCK,
)
HOMES: dict[RoleName, Sequence[Card]] = {
    R.service_desk: (*DESK, *at_a_glance(SETTLEMENTS), BORROWED, *STOCK),
    R.desk_supervisor: (APPROVALS, TO_PERMIT, *DESK, *at_a_glance(PATROLS), SETTLEMENTS, SAMPLES, BORROWED, *STOCK),
    R.dispatcher: (*DISPATCHES, *CALLS_BESIDES, *CASES, BORROWED, *STOCK),
    R.repair_worker: (OWN_JOBS, TO_TAKE, PATROLS, INCIDENTS, BORROWED, PREMISES),
    R.cashier: (DRAWER, DEPOSITS, PROMISES, BORROWED, *CALLS_BESIDES, *CASES, *STOCK),
    R.billing_supervisor: (APPROVALS, RUNS, METERS, MONTHS, PROMISES, COLLECTED, BORROWED, *STOCK),
    R.arrears_reviewer: (*ARREARS, BORROWED, *CALLS_BESIDES, *CASES, *STOCK),
    R.archivist: (*ARCHIVE, BORROWED, *CALLS_BESIDES, *CASES, REPAIRS, *STOCK),
    R.title_custodian: (VAULT, HANDOVERS, BORROWED, WITNESSES),
    R.project_manager: (HANDOVERS, BORROWED, WITNESSES, FINDINGS),
    R.deputy_general_manager: DECIDES,
    R.general_manager: (*DECIDES, CHECKLISTS, LOGS),
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
