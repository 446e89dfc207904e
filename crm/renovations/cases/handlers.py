"""What a violation, a deposit or the end of a renovation means for it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.billing.deposits.events import DepositTaken
from crm.billing.deposits.models import Deposit
from crm.db import session
from crm.notifications.service import notify
from crm.renovations.cases.events import RenovationStepTaken
from crm.renovations.cases.filing import file_record
from crm.renovations.cases.models import ADDRESS, ENDED, Renovation
from crm.renovations.cases.service import free_again, stopped_by, taken
from crm.violations.cases.events import (
    ViolationChanged,
    ViolationInspected,
    ViolationNoted,
    ViolationSettled,
    ViolationStepTaken,
)
from crm.violations.cases.models import Violation


def violation_noted(event: ViolationNoted) -> None:
    _stop_for(event.violation_id)


def violation_changed(event: ViolationChanged) -> None:
    """It may be of a kind that stops the work now."""
    _stop_for(event.violation_id)


def violation_step(event: ViolationStepTaken) -> None:
    """Stopped by hand, the renovation stands still; dropped, nothing is left to wait for."""
    if event.action == "stop":
        _stop_for(event.violation_id)
    elif event.action == "drop":
        _free(event.violation_id)


def violation_inspected(event: ViolationInspected) -> None:
    if event.passed:
        _free(event.violation_id)


def violation_settled(event: ViolationSettled) -> None:
    _free(event.violation_id)


def deposit_taken(event: DepositTaken) -> None:
    taken(session().get_one(Deposit, event.deposit_id))


def step_taken(event: RenovationStepTaken) -> None:
    """Over: the record of all steps goes into the dossier."""
    if event.state in ENDED:
        file_record(session().get_one(Renovation, event.renovation_id))


def _stop_for(violation_id: int) -> None:
    stood = stopped_by(session().get_one(Violation, violation_id))
    _tell(stood, lambda number: _("%(number)s stands still: a violation stops the work", number=number))


def _free(violation_id: int) -> None:
    """Nothing goes on by itself: whoever decides is told that it could."""
    free = free_again(session().get_one(Violation, violation_id))
    _tell(free, lambda number: _("%(number)s can go on: what stopped it is put right", number=number))


def _tell(renovations: Collection[Renovation], words: Callable[[str], str]) -> None:
    for renovation in renovations:
        for user in who_may_in(renovation.estate_id, Permission.renovation_decide):
            if user.id == g.actor.user_id:
                continue
            with force_locale(user.locale):
                text = words(renovation.number)
            address = ADDRESS.format(renovation.id)
            notify(user.id, text, address, group=f"renovation-stop-{renovation.id}", icon="alert-circle")
