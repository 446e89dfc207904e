"""施工许可证 (D03): issued on a deposit that is held, with fees that are paid or said to be owed; and begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.ledger.service.holding import hold_accounts
from crm.dates import business_day, months_later
from crm.db import session
from crm.errors import DomainError
from crm.numbering import take_all
from crm.renovations.cases.events import RenovationPermitted
from crm.renovations.cases.figures import PERMIT_MONTHS
from crm.renovations.cases.filing import file_permit
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.papers import issue_permit
from crm.renovations.cases.queries import fees_of
from crm.renovations.cases.securing import hold_deposit
from crm.renovations.cases.service.steps import NOW, STEPS, Said, subjects, tell

SERIES, PATTERN = "装修许可", "XK{year}-{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """From and to, both included. `owed_reason`: why it is issued though fees are not paid."""

    valid_from: date
    valid_to: date
    owed_reason: str = ""


def last_day(first: date) -> date:
    """As the company's figure has it: three months from 24 November end on 23 February."""
    ends = months_later(first, PERMIT_MONTHS.on(first))
    return date.fromordinal(ends.toordinal() - 1)


def owed(renovation: Renovation) -> Decimal:
    """Yuan of its fees that are not paid."""
    return sum((fee.bill.open for fee in fees_of(renovation.id)), Decimal(0))


def permit(renovation: Renovation, wish: Permit, said: Said) -> None:
    """The deposit's row and the account are held while both are asked."""
    STEPS.hold_unchanged(renovation)
    hold_deposit(renovation)
    STEPS.expect(renovation, "permit")
    _expect_sound(wish)
    _expect_paid(renovation, wish)
    day = business_day()
    [taken] = take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=1)
    facts = {
        "permit_number_id": taken.id,
        "permit_number": taken.text,
        "permitted_at": NOW,
        "valid_from": wish.valid_from,
        "valid_to": wish.valid_to,
        "owed_reason": wish.owed_reason.strip(),
    }
    told = Said(reason=wish.owed_reason.strip(), note=taken.text, key=said.key)
    STEPS.take(renovation, "permit", told, **facts)
    record(
        RenovationPermitted(
            permit_number=taken.text,
            valid_from=wish.valid_from,
            valid_to=wish.valid_to,
            owed_reason=wish.owed_reason.strip(),
            **subjects(renovation),
        )
    )
    issue_permit(renovation.id)
    file_permit(renovation)


def _expect_sound(wish: Permit) -> None:
    if wish.valid_to < wish.valid_from:
        raise DomainError(_("The last day cannot lie before the first."))
    if wish.valid_to < business_day():
        raise DomainError(_("The permit would have expired already."))


def _expect_paid(renovation: Renovation, wish: Permit) -> None:
    hold_accounts({renovation.customer_id})
    for fee in fees_of(renovation.id):
        session().refresh(fee.bill, ["open"])
    if (still := owed(renovation)) and not wish.owed_reason.strip():
        told = f"{still:,.2f}"
        raise DomainError(_("%(sum)s yuan of the fees are not paid: have them paid, or write why not yet.", sum=told))


def begin(renovation: Renovation, day: date, said: Said) -> None:
    if day > business_day():
        raise DomainError(_("The day must not be later than today."))
    if renovation.valid_from and day < renovation.valid_from:
        raise DomainError(_("The permit is valid from %(day)s.", day=renovation.valid_from.isoformat()))
    STEPS.take(renovation, "begin", said, begun_on=day)
    tell(renovation, "begin", said)
