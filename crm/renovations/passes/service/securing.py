"""A deposit that stands for cards: it stays while one of them is out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits.hindrances import expect_received
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import request_under_way
from crm.billing.deposits.service.booking import hold
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.passes.events import RenovationPassesSecured
from crm.renovations.passes.models import RenovationPass
from crm.renovations.passes.queries import deposits_for, secured_by


def expect_to_stand(renovation: Renovation, deposit_id: int | None) -> None:
    """Raises `DomainError` for a deposit of somebody else, of another kind, or whose money has gone. It is held: nobody
    gives it back before the cards that it stands for are written."""
    if deposit_id is None:
        return
    chosen = next((each for each in deposits_for(renovation) if each.id == deposit_id), None)
    if chosen is None:
        raise DomainError(_("This deposit cannot stand for the passes. Choose one that is held of the customer."))
    hold(chosen)
    expect_received(chosen)
    if request_under_way(chosen.id):
        raise DomainError(_("Somebody asked to give this deposit back or to use it. Choose another one."))


def secure(renovation: Renovation, passes: Sequence[RenovationPass], deposit_id: int | None) -> None:
    """Let the deposit stand for these cards from now on; None: nothing does."""
    CASE.hold(renovation)
    expect_to_stand(renovation, deposit_id)
    changed = [each for each in passes if each.deposit_id != deposit_id]
    if not changed:
        raise DomainError(_("Nothing was changed."))
    for each in changed:
        each.deposit_id = deposit_id
    session().flush()
    told = [each.number for each in changed]
    record(RenovationPassesSecured(deposit_id=deposit_id, passes=told, **subjects(renovation)))


def card_out(deposit: Deposit) -> str:
    """Why the deposit stays, or "": what it stands for is still out. `crm.wiring` tells the deposits."""
    count = secured_by(deposit.id)
    return _("%(count)s passes that it stands for are not handed in yet.", count=count) if count else ""
