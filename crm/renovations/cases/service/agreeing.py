"""责任书 (D05) as it was signed, what the renovation costs, and the deposit that secures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.charges.models import ChargeItem
from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import request_under_way
from crm.billing.deposits.service.booking import hold
from crm.billing.ledger.queries import get_item
from crm.billing.ledger.service import Charge, charge
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, UsedElsewhere
from crm.properties.models import Unit
from crm.renovations.cases.events import RenovationCharged, RenovationDepositTied, RenovationSigned
from crm.renovations.cases.models import ON_SITE, STATE_TITLES, Renovation, RenovationFee, RenovationState
from crm.renovations.cases.queries import fees_of, works_of
from crm.renovations.cases.securing import deposit_of, fitting, renovation_of
from crm.renovations.cases.service.bringing import File, scanned
from crm.renovations.cases.service.steps import STEPS, Said, subjects
from crm.renovations.works.needs import deposit_for
from crm.tenants.models import Customer
from crm.tenants.queries import files_of

TO_CHARGE = (RenovationState.reviewed, RenovationState.agreed, *ON_SITE)
TO_TIE = (RenovationState.reviewed, RenovationState.agreed)
USUAL = ("装修", "垃圾清运")  # in the name of a charge item


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """`deposit` in yuan; less than the works propose only with a `reason`."""

    on: date
    deposit: Decimal
    reason: str = ""


def sign(renovation: Renovation, files: Sequence[File], agreed: Agreed, said: Said) -> None:
    """The scan of the signed agreement; the deposit is fixed with it."""
    STEPS.hold_unchanged(renovation)
    STEPS.expect(renovation, "sign")
    if agreed.on > business_day():
        raise DomainError(_("The day must not be later than today."))
    if not files:
        raise DomainError(_("Choose the scan of the signed agreement first."))
    _expect_reasoned(renovation, agreed)
    upload = scanned(files, _("Agreement %(number)s", number=renovation.number), renovation.estate_id)
    facts = {
        "agreement_id": upload.id,
        "agreed_on": agreed.on,
        "deposit_asked": agreed.deposit,
        "deposit_reason": agreed.reason.strip(),
    }
    STEPS.take(renovation, "sign", said, **facts)
    session().expire(renovation, ["agreement"])
    told: dict[str, Any] = {"agreed_on": agreed.on, "deposit_asked": agreed.deposit, "reason": agreed.reason.strip()}
    record(RenovationSigned(**told, **subjects(renovation)))


def _expect_reasoned(renovation: Renovation, agreed: Agreed) -> None:
    if agreed.deposit < 0:
        raise DomainError(_("Write a sum, nought or more."))
    proposed = deposit_for(works_of([renovation.id]).get(renovation.id, []))
    if not agreed.reason.strip() and (agreed.deposit < proposed or agreed.deposit == 0):
        told = f"{proposed:,.2f}"
        raise DomainError(_("The works propose a deposit of %(sum)s yuan: write why it is less.", sum=told))


# The deposit


def tie(renovation: Renovation, deposit: Deposit) -> None:
    """It secures the renovation from now on: nobody gives it back before the checks are passed."""
    STEPS.hold(renovation)
    _expect(tie_hindrance(renovation))
    if renovation.deposit_id == deposit.id:
        return
    hold(deposit)
    if reason := _unfit(renovation, deposit):
        raise DomainError(reason)
    _tie(renovation, deposit)


def _unfit(renovation: Renovation, deposit: Deposit) -> str:
    if (other := renovation_of(deposit)) and other.id != renovation.id:
        return _("%(code)s secures %(number)s already.", code=deposit.code, number=other.number)
    if deposit.id not in {each.id for each in fitting(renovation)}:
        return _("%(code)s is no renovation deposit of this customer for this unit.", code=deposit.code)
    if request_under_way(deposit.id):
        return _("Somebody asked for something to be done with the deposit %(code)s.", code=deposit.code)
    return ""


def _tie(renovation: Renovation, deposit: Deposit) -> None:
    said = Said(note=f"{deposit.code} {deposit.balance:,.2f}")
    STEPS.follow(renovation, "tie", renovation.state, said, deposit_id=deposit.id)
    session().expire(renovation, ["deposit"])
    record(RenovationDepositTied(deposit_id=deposit.id, amount=deposit.balance, **subjects(renovation)))


def let_go(renovation: Renovation, said: Said) -> None:
    """Another one is to secure it, or it was the wrong one: as long as no permit rests on it."""
    STEPS.hold(renovation)
    _expect(tie_hindrance(renovation))
    deposit = deposit_of(renovation)
    if deposit is None:
        raise IllegalTransition(_("No deposit secures %(number)s.", number=renovation.number))
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    STEPS.follow(renovation, "let_go", renovation.state, said, deposit_id=None)
    session().expire(renovation, ["deposit"])
    record(RenovationDepositTied(deposit_id=None, amount=deposit.balance, **subjects(renovation)))


def taken(deposit: Deposit) -> None:
    """A deposit was taken at the counter: the one renovation of this customer and unit that waits for it has it."""
    if deposit.kind != RENOVATION or deposit.unit_id is None:
        return
    waits = select(Renovation).where(
        Renovation.unit_id == deposit.unit_id,
        Renovation.state.in_(TO_TIE),
        Renovation.deposit_id.is_(None),
        Renovation.deposit_asked > 0,
    )
    mine = [each for each in session().scalars(waits) if _of_one_file(each.customer_id, deposit.customer_id)]
    if len(mine) != 1:
        return
    STEPS.hold(mine[0])
    if mine[0].state in TO_TIE and mine[0].deposit_id is None:
        _tie(mine[0], deposit)


def _of_one_file(first: int, second: int) -> bool:
    kept = files_of([first, second])
    return kept[first] == kept[second]


# What it costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """`item_id`: of a charge item that no run charges."""

    item_id: int
    amount: Decimal


def charge_fees(renovation: Renovation, fees: Sequence[Fee], due_on: date, key: str) -> list[RenovationFee]:
    """One bill for each, entered once however often the form is sent."""
    STEPS.hold(renovation)
    if standing := _charged_before(renovation, key):
        return standing
    _expect(charge_hindrance(renovation))
    if not fees:
        raise DomainError(_("Write at least one sum."))
    return [_charged(renovation, fee, due_on, f"{key}-{place}") for place, fee in enumerate(fees)]


def _charged_before(renovation: Renovation, key: str) -> list[RenovationFee]:
    """What this form charged before."""
    first = session().scalars(select(RenovationFee).filter_by(key=f"{key}-0")).one_or_none()
    if first and first.renovation_id != renovation.id:
        raise UsedElsewhere
    return [fee for fee in fees_of(renovation.id) if fee.id >= first.id] if first else []


def _charged(renovation: Renovation, fee: Fee, due_on: date, key: str) -> RenovationFee:
    item: ChargeItem = get_item(fee.item_id)
    customer = session().get_one(Customer, files_of([renovation.customer_id])[renovation.customer_id])
    bill = charge(
        customer,
        Charge(
            item=item,
            amount=fee.amount,
            due_on=due_on,
            note=renovation.number,
            unit=session().get_one(Unit, renovation.unit_id),
        ),
    )
    made = RenovationFee(
        renovation_id=renovation.id, bill_id=bill.id, key=key, added_by=g.actor.name, added_at=utc_now()
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"bill_id": bill.id, "item": item.name, "amount": bill.amount}
    record(RenovationCharged(**told, **subjects(renovation)))
    return made


def proposed_fees(items: Mapping[int, str]) -> list[dict[str, Any]]:
    """The estate's charge items that are usual for renovations, to begin with."""
    usual = [key for key, name in items.items() if any(word in name for word in USUAL)]
    return [{"item_id": key} for key in usual]


def tie_hindrance(renovation: Renovation) -> str:
    """Why its deposit cannot be named or let go now, or ""."""
    return "" if renovation.state in TO_TIE else _not_now(renovation, _("Name the deposit"))


def charge_hindrance(renovation: Renovation) -> str:
    return "" if renovation.state in TO_CHARGE else _not_now(renovation, _("Charge fees"))


def _not_now(renovation: Renovation, action: str) -> str:
    told = {"action": action, "state": STATE_TITLES[renovation.state]}
    return _("“%(action)s” is not possible now: it is “%(state)s”.", **told)


def _expect(hindrance: str) -> None:
    if hindrance:
        raise IllegalTransition(hindrance)
