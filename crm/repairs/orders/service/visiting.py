"""The return visit 回访: somebody else than the worker asks whether it is mended. Every attempt is kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled
from crm.repairs.orders.events import RepairStepTaken
from crm.repairs.orders.models import RepairOrder, ReturnVisit
from crm.repairs.orders.queries import did_the_work
from crm.repairs.orders.service.steps import Said, expect, name_of, subjects, take
from crm.repairs.orders.service.working import anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the customer said; `satisfied` None: nobody was reached. `score` from 1, bad, to 5. `key`: of the form."""

    satisfied: bool | None
    words: str = ""
    score: int | None = None
    key: str | None = None


def hindrance(order: RepairOrder) -> str:
    """Why the acting person cannot make this visit, or ""."""
    if did_the_work(order.id, g.actor.user_id):
        return _("You had this job, or noted it as finished: somebody else asks the customer.")
    return ""


def visit(order: RepairOrder, heard: Heard) -> None:
    """Not satisfied, the job is to be done again, free of charge. Raises `DomainError` where the words for it lack."""
    action = {None: "unreached", True: "satisfied", False: "unsatisfied"}[heard.satisfied]
    expect(order, action)
    if reason := hindrance(order):
        raise NotEntitled(reason)
    if heard.satisfied is False and not heard.words.strip():
        raise DomainError(_("Write what the customer is not satisfied with."))
    session().add(
        ReturnVisit(
            repair_order_id=order.id,
            satisfied=heard.satisfied,
            score=heard.score,
            words=heard.words,
            made_by_id=g.actor.user_id,
            made_by=g.actor.name,
            made_at=utc_now(),
        )
    )
    changes = {} if heard.satisfied is None else {"satisfied": heard.satisfied}
    changes |= anew(order) if heard.satisfied is False else {}
    take(order, action, Said(note=heard.words, key=heard.key), **changes)
    record(
        RepairStepTaken(
            action=action,
            state=order.state.value,
            worker=name_of(order.finished_by_id),
            reason="" if heard.score is None else str(heard.score),
            note=heard.words,
            **subjects(order),
        )
    )
