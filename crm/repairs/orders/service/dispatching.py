"""Who does it: checked, assigned, grabbed, accepted, handed back, given to somebody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import differences, record
from crm.auth.models import User
from crm.db import session
from crm.errors import DomainError
from crm.notifications.service import notify
from crm.repairs.categories.models import Priority, RepairCategory
from crm.repairs.orders.events import RepairClassified
from crm.repairs.orders.models import ADDRESS, TO_DISPATCH, OrderState, Payer, PriorityReason, RepairOrder
from crm.repairs.orders.queries import has_many_callers
from crm.repairs.orders.rules import priority_of
from crm.repairs.orders.service.steps import NOTHING_SAID, NOW, Said, expect, follow, name_of, subjects, take, tell
from crm.repairs.workers.queries import workers_of

ON_THE_PHONE = "/repairs/my/{}"  # the same job as its worker has it


def triage(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    take(order, "triage", said)
    tell(order, "triage", said)


def classify(
    order: RepairOrder, category: RepairCategory, priority: Priority, payer: Payer, said: Said = NOTHING_SAID
) -> None:
    """Another category, priority or payer. What was waited stays waited: only the targets change. Raises `DomainError`
    when nothing changes, or a payer without a reason."""
    expect(order, "classify")
    told = {"repeated": order.repeat_of_id is not None, "many": has_many_callers(order.incident_id)}
    derived, why = priority_of(category.priority, emergency=order.emergency, **told)
    values = {
        "category_id": category.id,
        "priority": priority,
        "priority_reason": why if derived is priority else PriorityReason.chosen,
        "payer": payer,
        "payer_reason": order.payer_reason if payer is order.payer else said.reason,
    }
    changes = differences(order, values)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    if payer is Payer.customer and order.customer_id is None:
        raise DomainError(_("Nobody is known here who could be charged."))
    if payer is not order.payer and not said.reason:
        raise DomainError(_("Write why somebody else pays: it stands on the job's sheet."))
    if payer is not order.payer and order.bill_id is not None:
        raise DomainError(_("The work is finished and charged as agreed: who pays for it stays as it is."))
    take(order, "classify", said, **values)
    record(RepairClassified(changes=changes, **subjects(order)))


def assign(order: RepairOrder, worker_id: int, said: Said = NOTHING_SAID) -> None:
    """To a worker of the estate, who is told."""
    _expect_worker(order, worker_id)
    take(order, "assign", said, worker_id=worker_id, accept_warned_at=None)
    tell(order, "assign", said)
    tell_worker(order)


def transfer(order: RepairOrder, worker_id: int, said: Said) -> None:
    """From whoever has it, with a reason; the new one accepts anew."""
    if worker_id == order.worker_id:
        raise DomainError(_("This worker has the job already."))
    _expect_worker(order, worker_id)
    before = order.worker_id
    take(order, "transfer", said, worker_id=worker_id, accepted_at=None, accept_warned_at=None)
    tell(order, "transfer", said)
    tell_worker(order)
    if before:
        _ring(before, order, lambda: _("%(number)s was given to somebody else.", number=order.number))


def grab(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    """Of many who reach for it at once one gets it, by one conditional UPDATE; the others are told who did."""
    _expect_worker(order, g.actor.user_id)
    expect(order, "grab")
    free = RepairOrder.id == order.id, RepairOrder.worker_id.is_(None), RepairOrder.state.in_(TO_DISPATCH)
    taken = (
        update(RepairOrder)
        .where(*free)
        .values(worker_id=g.actor.user_id, state=OrderState.accepted, version=RepairOrder.version + 1)
    )
    before = order.state
    won = session().execute(taken.execution_options(synchronize_session=False).returning(RepairOrder.id)).all()
    session().refresh(order, ["worker_id", "state", "version"])
    if not won:
        who = name_of(order.worker_id)
        raise DomainError(_("%(who)s was quicker: the job is taken.", who=who) if who else _("The job is gone."))
    follow(order, "grab", before, said, accepted_at=NOW, accept_warned_at=None)
    tell(order, "grab")


def accept(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    take(order, "accept", said, accepted_at=NOW)
    tell(order, "accept", said)


def hand_back(order: RepairOrder, said: Said) -> None:
    """From any holder, with a reason: the job is to be dispatched anew."""
    if not said.reason:
        raise DomainError(_("Write why the job is handed back."))
    take(order, "hand_back", said, worker_id=None, accepted_at=None, accept_warned_at=None)
    tell(order, "hand_back", said)


def tell_worker(order: RepairOrder) -> None:
    """Whoever gives a job to oneself knows it."""
    if order.worker_id and order.worker_id != g.actor.user_id:
        _ring(
            order.worker_id,
            order,
            lambda: _("New job %(number)s: %(problem)s", number=order.number, problem=order.problem),
            ON_THE_PHONE,
        )


def _ring(user_id: int, order: RepairOrder, words: Callable[[], str], address: str = ADDRESS) -> None:
    user = session().get_one(User, user_id)
    with force_locale(user.locale):
        urgent = order.priority is Priority.emergency
        notify(user_id, words(), address.format(order.id), icon="tool", urgent=urgent)


def _expect_worker(order: RepairOrder, user_id: int | None) -> None:
    if user_id not in workers_of([order.estate_id]):
        raise DomainError(_("This person does no repairs in this estate. Choose somebody else."))
