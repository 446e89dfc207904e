"""The account in the words of its page, and on pages of other packages."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.arrears.account.reports import Owed, OwedLine, owed_by
from crm.billing.arrears.cases.models import CASE_TITLES, CaseState
from crm.billing.arrears.contacts.models import CONTACT_CHANNELS, CONTACT_OUTCOMES
from crm.billing.arrears.promises.models import (
    PLAN_TITLES,
    PROMISE_TITLES,
    STANDING_TITLES,
    PlanStanding,
    PromiseState,
)
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Arrival
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.money import Part
from crm.web.templating import money

TITLES = {
    "channel": CONTACT_CHANNELS,
    "outcome": CONTACT_OUTCOMES,
    "promise": PROMISE_TITLES,
    "plan": PLAN_TITLES,
    "standing": STANDING_TITLES,
    "way": CHANNEL_TITLES,
    "arrival": ARRIVAL_TITLES,
    "case": CASE_TITLES,
}
TONES = {
    "promise": {PromiseState.pending: "blue", PromiseState.kept: "green", PromiseState.broken: "red"},
    "standing": {PlanStanding.kept: "green", PlanStanding.broken: "red", PlanStanding.paid_off: "grey"},
    "arrival": {Arrival.delivered: "green", Arrival.refused: "green", Arrival.returned: "orange"},
    "case": {CaseState.requested: "orange", CaseState.handed_over: "red"},
}


def line_in_words(line: OwedLine) -> str:
    unit = line.bill.unit.label if line.bill.unit else ""
    due = _("due on %(day)s", day=line.bill.due_on.isoformat())
    return " · ".join(filter(None, (line.bill.item.name, line.stretch, unit, due, money(line.bill.open))))


def _section(customer: Customer) -> tuple[int, Owed]:
    return customer.id, owed_by(customer.id, business_day())


ARREARS = Part(
    permission=Permission.arrears_read,
    figures=lambda _customer: (),
    section=_section,
    template="billing/arrears/account/_section.html",
)
