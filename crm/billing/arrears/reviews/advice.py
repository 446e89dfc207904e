"""What is advised for an account, and why: one CASE over its figures, the first that fits; and the same in words.

Nothing is asked of whoever disputes everything, has credit enough, is with the lawyer, excluded, keeps a plan or has a
promise pending. Else the highest step whose rule fits is taken: one that was missed is skipped, none is taken twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import Date, Integer, and_, case, literal, null, or_, true

from crm.billing.arrears.contacts.figures import AFTER, EVERY
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.arrears.reviews.models import Advice, Why
from crm.money import to_fen
from crm.web.templating import money

ADVICE = {Why.step_due: Advice.step, Why.contact_due: Advice.contact} | dict.fromkeys(
    (Why.plan, Why.promise, Why.held), Advice.hold
)  # of every other reason: nothing


def due_step(known: Any, steps: Sequence[DunningStep], day: date) -> Any:
    """The id of the highest of `steps` whose rule fits and that was not taken yet, as a column; NULL for none.

    `known`: the columns of `snapshot.known`.
    """
    rules = [(_fits(known, step, day), literal(step.id)) for step in sorted(steps, key=lambda step: -step.position)]
    return case(*rules, else_=null()) if rules else literal(None, Integer)


def _fits(known: Any, step: DunningStep, day: date) -> Any:
    rested = or_(known.level == 0, known.last_step_on <= literal(day - timedelta(days=step.gap), Date))
    return and_(
        known.level < step.position,
        known.oldest_due <= literal(day - timedelta(days=step.days), Date),
        known.overdue - known.disputed >= to_fen(step.least),
        rested,
        known.matters == 0 if step.spares_matters else true(),
    )


def reason(known: Any, step_id: Any, day: date) -> Any:
    """The `Why` of an account as a column: the first that fits."""
    long_overdue = known.oldest_due <= literal(day - timedelta(days=AFTER.on(day)), Date)
    last_talk = literal(day - timedelta(days=EVERY.on(day)), Date)
    unheard = or_(known.last_contact_on.is_(None), known.last_contact_on <= last_talk)
    return case(
        (known.disputed >= known.overdue, Why.disputed.value),
        (known.credit >= known.overdue - known.disputed, Why.credit.value),
        (known.case_id.is_not(None), Why.at_lawyer.value),
        (known.is_excluded, Why.excluded.value),
        (known.plan_id.is_not(None), Why.plan.value),
        (known.promise_id.is_not(None), Why.promise.value),
        (known.hold_until.is_not(None), Why.held.value),
        (step_id.is_not(None), Why.step_due.value),
        (and_(long_overdue, unheard), Why.contact_due.value),
        else_=Why.recent.value,
    )


def advice_of(why: Any) -> Any:
    rules = [(why == each.value, advice.value) for each, advice in ADVICE.items()]
    return case(*rules, else_=Advice.nothing.value)


def until(why: Any, known: Any) -> Any:
    """The last day on which a hold, or an exclusion, holds."""
    return case(
        (why == Why.plan.value, known.next_due_on),
        (why == Why.promise.value, known.promised_until),
        (why == Why.held.value, known.hold_until),
        (why == Why.excluded.value, known.excluded_until),
        else_=null(),
    )


class Advised(Protocol):
    """What is told of a line; `collectable` in yuan, `step` by its name, `last_contact_on` as of the review's day."""

    why: Any
    collectable: Any
    oldest_due: Any
    last_contact_on: Any
    advised_until: Any
    step: Any


def in_words(line: Advised, day: date) -> str:
    """Why that is advised. `day` is the review's."""
    return WORDS[line.why](line, day)


def _days(line: Advised, day: date) -> int:
    return (day - line.oldest_due).days if line.oldest_due else 0


def _step(line: Advised, day: date) -> str:
    sum_, days = money(line.collectable), _days(line, day)
    return _("%(days)s days overdue, %(sum)s yuan: now %(step)s", days=days, sum=sum_, step=line.step or "")


def _contact(line: Advised, day: date) -> str:
    if line.last_contact_on is None:
        return _("%(days)s days overdue and never talked to", days=_days(line, day))
    return _("last talked to on %(day)s", day=line.last_contact_on.isoformat())


def _until(text: Callable[[], str]) -> Callable[[Advised, date], str]:
    def told(line: Advised, _day: date) -> str:
        last = line.advised_until
        return _("%(why)s, until %(day)s", why=text(), day=last.isoformat()) if last else text()

    return told


def _plain(text: Callable[[], str]) -> Callable[[Advised, date], str]:
    return lambda _line, _day: text()


WORDS: dict[Why, Callable[[Advised, date], str]] = {
    Why.step_due: _step,
    Why.contact_due: _contact,
    Why.disputed: _plain(lambda: _("everything overdue is disputed")),
    Why.credit: _plain(lambda: _("there is credit enough to settle it")),
    Why.at_lawyer: _plain(lambda: _("it is with the lawyer, or asked to be")),
    Why.excluded: _until(lambda: _("excluded from dunning")),
    Why.plan: _until(lambda: _("an instalment plan is being kept, the next instalment is due")),
    Why.promise: _until(lambda: _("payment was promised")),
    Why.held: _until(lambda: _("an earlier review held it")),
    Why.recent: _plain(lambda: _("no further step is due yet")),
}
