"""The quote, and what the customer said to it. Each edition is frozen; only the last can be answered, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.repairs.costs.lines import Line, total_of
from crm.repairs.orders.models import AGREED_TITLES, AgreedBy, QuoteAnswer, RepairOrder, RepairQuote
from crm.repairs.orders.queries import quotes_of
from crm.repairs.orders.service import Said, is_repeat
from crm.repairs.orders.service.steps import NOW, expect, hold, take, tell
from crm.web.templating import money


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`person`: who of the household; `upload_id`: the drawn signature, a message, the signed paper."""

    agreed: bool
    how: AgreedBy
    person: str
    words: str = ""
    upload_id: int | None = None


def quote(order: RepairOrder, lines: Sequence[Line], note: str = "", key: str | None = None) -> None:
    """The next edition. What was agreed to before counts no more: the work waits for the new answer.

    Raises `DomainError` for a quote of nothing.
    """
    hold(order)
    if is_repeat(order, key, "quote"):
        return
    expect(order, "quote")
    total = total_of(lines)
    if total <= 0:
        raise DomainError(_("There is nothing to quote: the sum is nought."))
    edition = len(quotes_of(order.id)) + 1
    frozen = [line.frozen for line in lines]
    made = {"made_by": g.actor.name, "made_at": utc_now()}
    session().add(RepairQuote(repair_order_id=order.id, edition=edition, lines=frozen, total=total, note=note, **made))
    told = _("Quote %(edition)s: %(sum)s yuan", edition=edition, sum=money(total))
    said = Said(note=" · ".join(filter(None, (told, note))), key=key)
    take(order, "quote", said, consented_at=None)
    tell(order, "quote", said)


def answer(order: RepairOrder, edition: int, given: Answer, key: str | None = None) -> None:
    """Consent or refusal of the last quote. `edition`: the one that was read to the customer.

    Raises `DomainError` when it was quoted anew meanwhile, or for a signature without a drawing.
    """
    action = "consent" if given.agreed else "decline"
    hold(order)
    if is_repeat(order, key, action):
        return
    expect(order, action)
    last = next(iter(quotes_of(order.id)), None)
    if last is None or last.edition != edition:
        raise DomainError(_("It was quoted anew meanwhile: show the customer the new quote."))
    if given.agreed and given.how is AgreedBy.signature and given.upload_id is None:
        raise DomainError(_("Let the customer draw the signature, or choose another way of agreeing."))
    _keep(last, given)
    told = (str(AGREED_TITLES[given.how]), given.person, given.words)
    said = Said(note=" · ".join(filter(None, told)), key=key)
    take(order, action, said, consented_at=NOW if given.agreed else None)
    tell(order, action, said)


def _keep(quote: RepairQuote, given: Answer) -> None:
    session().add(
        QuoteAnswer(
            quote_id=quote.id,
            agreed=given.agreed,
            how=given.how,
            person=given.person,
            words=given.words,
            upload_id=given.upload_id,
            recorded_by=g.actor.name,
            recorded_at=utc_now(),
        )
    )
