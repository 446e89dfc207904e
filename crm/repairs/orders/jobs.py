"""Every night: whether the jobs under way say what their steps say."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.repairs.orders.events import RepairsProved
from crm.repairs.orders.invariants import Fault, faults
from crm.repairs.orders.models import ADDRESS, RepairOrder


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who dispatches there. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(RepairsProved.__name__):
            return False
        wrong = faults()
    with unit_of_work():
        record(RepairsProved(faults=len(wrong), examples=[fault.told() for fault in wrong[:3]]))
        if wrong:
            _tell(wrong)
    return True


def _tell(wrong: list[Fault]) -> None:
    first = session().get_one(RepairOrder, wrong[0].repair_order_id)
    for user in who_may_in(first.estate_id, Permission.repair_dispatch):
        with force_locale(user.locale):
            text = _("The check of the repairs found %(count)d faults: %(first)s", count=len(wrong), first=first.number)
        notify(user.id, text, ADDRESS.format(first.id), icon="alert-triangle")
