"""Promise, plan and last contact of a customer on the 360° page and on the caller card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.arrears.contacts import listings as log
from crm.billing.arrears.contacts.register import contacts_of
from crm.billing.arrears.promises import listings, queries
from crm.billing.arrears.promises.models import PROMISE_TITLES, PromiseState, plan_code
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.money import Figure, Part
from crm.web.templating import money

ADDRESSES = {  # also outside a request
    "contact": "/arrears/contacts/customers/{}/new",
    "promise": "/arrears/promises/{}",
    "plan": "/arrears/plans/{}",
}
SHOWN = 5  # promises and contacts; the lists have them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing in words: how a promise or plan stands, when one last talked."""

    text: str
    tone: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    customer_id: int
    promises: Sequence[Told]
    plan: Told | None
    contacts: Sequence[tuple[Any, str, str, str]]
    note_url: str
    may_plan: bool


def told_of(customer_id: int) -> list[Told]:
    """The promise due last, the plan under way, the last contact; nothing for whoever may not see arrears."""
    if not actor().may(Permission.arrears_read):
        return []
    promises = _promises(customer_id, 1)
    plan, contact = _plan(customer_id), _contact(customer_id)
    return [*promises, *(told for told in (plan, contact) if told)]


def address_of_form(customer_id: int) -> str:
    """Where a contact with the customer is noted, "" for whoever notes none."""
    return ADDRESSES["contact"].format(customer_id) if actor().may(Permission.arrears_contact) else ""


def _promises(customer_id: int, most: int) -> list[Told]:
    return [_promise(row) for row in queries.promises_of(customer_id, business_day(), most)]


def _promise(row: Any) -> Told:
    state = PromiseState(row.state)
    words = {"sum": money(row.amount), "day": row.due_on.isoformat(), "state": PROMISE_TITLES[state]}
    return Told(
        text=_("Promised %(sum)s by %(day)s: %(state)s", **words),
        tone=listings.PROMISE_TONES[state],
        address=ADDRESSES["promise"].format(row.id),
    )


def _plan(customer_id: int) -> Told | None:
    row = queries.plan_under_way(customer_id, business_day())
    if row is None:
        return None
    text = _("Instalment plan %(code)s: %(state)s", code=plan_code(row.id), state=listings.plan_words(row))
    if row.next_on:
        text = _("%(plan)s, next instalment on %(day)s", plan=text, day=row.next_on.isoformat())
    tone = listings.PLAN_TONES[listings.plan_state(row)]
    return Told(text=text, tone=tone, address=ADDRESSES["plan"].format(row.id))


def _contact(customer_id: int) -> Told | None:
    for contact, channel, outcome, _tone in log.in_words(contacts_of(customer_id, 1)):
        words = {"day": contact.contacted_on.isoformat(), "how": channel, "outcome": outcome}
        return Told(text=_("Last contact %(day)s, %(how)s: %(outcome)s", **words), tone="grey")
    return None


def _figures(customer: Customer) -> Sequence[Figure]:
    """Only what stands: most customers owe nothing."""
    day = business_day()
    rows = [row for row in queries.promises_of(customer.id, day, 1) if row.state != PromiseState.kept]
    plan = queries.plan_under_way(customer.id, day)
    return [*map(_figure_of_promise, rows), *([_figure_of_plan(plan)] if plan else [])]


def _figure_of_promise(row: Any) -> Figure:
    state = PromiseState(row.state)
    note = _("by %(day)s: %(state)s", day=row.due_on.isoformat(), state=PROMISE_TITLES[state])
    tone, address = listings.PROMISE_TONES[state], ADDRESSES["promise"].format(row.id)
    return Figure(title=_("Promised (yuan)"), value=money(row.amount), note=note, tone=tone, address=address)


def _figure_of_plan(row: Any) -> Figure:
    note = _("next instalment on %(day)s", day=row.next_on.isoformat()) if row.next_on else plan_code(row.id)
    tone, address = listings.PLAN_TONES[listings.plan_state(row)], ADDRESSES["plan"].format(row.id)
    return Figure(title=_("Instalment plan"), value=listings.plan_words(row), note=note, tone=tone, address=address)


def _section(customer: Customer) -> Section:
    return Section(
        customer_id=customer.id,
        promises=_promises(customer.id, SHOWN),
        plan=_plan(customer.id),
        contacts=log.in_words(contacts_of(customer.id, SHOWN)),
        note_url=address_of_form(customer.id),
        may_plan=actor().may(Permission.arrears_review),
    )


TALKS = Part(
    permission=Permission.arrears_read,
    figures=_figures,
    section=_section,
    template="billing/arrears/contacts/_section.html",
)
