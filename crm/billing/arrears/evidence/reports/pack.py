"""证据包: all parts of a pack as rows, collected in one reading of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.cases.queries import deliveries_of, demands_of
from crm.billing.arrears.contacts.models import Contact
from crm.billing.arrears.dunning.models import Demand, DemandDelivery
from crm.billing.arrears.evidence.reports.claim import Claim, claim_of
from crm.billing.arrears.evidence.serving import Served, served
from crm.billing.arrears.promises.models import InstalmentPlan, PlanState, Promise, PromiseState
from crm.billing.arrears.promises.standing import promise_states
from crm.billing.ledger.account import Settled, allocations
from crm.billing.ledger.models import Allocation, Bill, Dispute, Payment
from crm.billing.ledger.queries import LINE
from crm.billing.meters.models import MeterReading
from crm.db import session
from crm.files.models import Upload
from crm.secrecy import unseal
from crm.tenants.models import Customer
from crm.tenants.queries import get_whole_customer, in_file
from crm.tenants.reports import CustomerFile, customer_file

PDF = "application/pdf"
PRINTABLE = (PDF, "image/png", "image/jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A demand as it went out, with what proves that it came."""

    demand: Demand
    ways: Sequence[DemandDelivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A stored paper, to be put behind the part with that number."""

    part: int
    title: str
    upload_id: int
    name: str
    sha256: str
    media_type: str

    @property
    def is_printable(self) -> bool:
        return self.media_type in PRINTABLE


def _scan(part: int, title: str, upload: Upload) -> Scan:
    return Scan(
        part=part,
        title=title,
        upload_id=upload.id,
        name=upload.name,
        sha256=upload.sha256,
        media_type=upload.stored.media_type,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """`tariffs` has the first bill of each tariff. `missing`: (part, what) of papers that the product does not have, to
    be added by hand."""

    customer: Customer
    file: CustomerFile
    case: LegalCase | None
    claim: Claim
    tariffs: Sequence[Bill]
    readings: Sequence[MeterReading]
    services: Sequence[Served]
    settled: Sequence[Settled]
    payments: Sequence[Payment]
    letters: Sequence[Letter]
    contacts: Sequence[Contact]
    promises: Sequence[tuple[Promise, PromiseState]]
    plans: Sequence[InstalmentPlan]
    disputes: Sequence[Dispute]
    scans: Sequence[Scan]
    missing: Sequence[tuple[int, str]]

    def lacks(self, part: int) -> list[str]:
        return [what for number, what in self.missing if number == part]


def collect(customer_id: int, day: date, case: LegalCase | None = None) -> Pack:
    """With the debtor's numbers in full; the caller notes the disclosure. Raises `DomainError` as `claim_of` does."""
    customer = get_whole_customer(customer_id)
    claim = claim_of(customer, day, case)
    bills = [line.bill for line in claim.lines]
    number = unseal(customer.id_number) if customer.id_number else ""
    letters, plans = _letters(customer), _plans(customer)
    promises = _promises(customer, day)
    return Pack(
        customer=customer,
        file=customer_file(customer, day, show=str, id_number=number),
        case=case,
        claim=claim,
        tariffs=list({bill.tariff_id: bill for bill in reversed(bills) if bill.tariff}.values())[::-1],
        readings=_readings(bills),
        services=served(customer, claim.since),
        settled=allocations(Allocation.bill_id.in_([bill.id for bill in bills])),
        payments=_payments(customer, claim.since),
        letters=letters,
        contacts=_contacts(customer),
        promises=promises,
        plans=plans,
        disputes=_disputes(customer),
        scans=[*_proofs(letters), *_signed(promises, plans)],
        missing=_missing(letters, plans, bills),
    )


def _readings(bills: Sequence[Bill]) -> Sequence[MeterReading]:
    ids = [bill.reading_id for bill in bills if bill.reading_id]
    found = select(MeterReading).where(MeterReading.id.in_(ids)).options(joinedload(MeterReading.meter))
    return session().scalars(found.order_by(MeterReading.meter_id, MeterReading.read_on)).all()


def _payments(customer: Customer, since: date) -> Sequence[Payment]:
    mine = in_file(Payment.customer_id, customer.id), Payment.estate_id == customer.estate_id, Payment.paid_on >= since
    return session().scalars(select(Payment).where(*mine).order_by(Payment.paid_on, Payment.id)).all()


def _letters(customer: Customer) -> list[Letter]:
    demands = demands_of(customer)
    ways = deliveries_of([demand.id for demand in demands])
    return [Letter(demand=demand, ways=ways.get(demand.id, [])) for demand in demands]


def _contacts(customer: Customer) -> Sequence[Contact]:
    mine = in_file(Contact.customer_id, customer.id), Contact.estate_id == customer.estate_id
    return session().scalars(select(Contact).where(*mine).order_by(Contact.contacted_on, Contact.id)).all()


def _promises(customer: Customer, day: date) -> list[tuple[Promise, PromiseState]]:
    mine = in_file(Promise.customer_id, customer.id), Promise.estate_id == customer.estate_id
    states = promise_states(day).where(*mine).subquery()
    found = select(Promise, states.c.state).join(states, states.c.id == Promise.id)
    whole = found.options(joinedload(Promise.upload).joinedload(Upload.stored))
    rows = session().execute(whole.order_by(Promise.made_on, Promise.id)).all()
    return [(row[0], PromiseState(row[1])) for row in rows]


def _plans(customer: Customer) -> Sequence[InstalmentPlan]:
    """Those that were agreed."""
    mine = in_file(InstalmentPlan.customer_id, customer.id), InstalmentPlan.estate_id == customer.estate_id
    found = select(InstalmentPlan).where(*mine, InstalmentPlan.state.in_((PlanState.agreed, PlanState.ended)))
    whole = found.options(
        selectinload(InstalmentPlan.instalments), joinedload(InstalmentPlan.upload).joinedload(Upload.stored)
    )
    return session().scalars(whole.order_by(InstalmentPlan.agreed_on, InstalmentPlan.id)).all()


def _disputes(customer: Customer) -> Sequence[Dispute]:
    bill = joinedload(Dispute.bill)
    mine = in_file(Bill.customer_id, customer.id), Bill.estate_id == customer.estate_id
    found = select(Dispute).join(Bill, Bill.id == Dispute.bill_id).where(*mine)
    return session().scalars(found.options(*(bill.joinedload(part) for part in LINE)).order_by(Dispute.id)).all()


def _proofs(letters: Sequence[Letter]) -> list[Scan]:
    return [
        _scan(6, f"{letter.demand.number.text} {way.delivered_on.isoformat()}", way.upload)
        for letter in letters
        for way in letter.ways
        if way.upload
    ]


def _signed(promises: Sequence[tuple[Promise, PromiseState]], plans: Sequence[InstalmentPlan]) -> list[Scan]:
    slips = [
        _scan(7, f"{_('Promise to pay')} {promise.made_on.isoformat()}", promise.upload)
        for promise, _state in promises
        if promise.upload
    ]
    agreements = [
        _scan(7, f"{_('Instalment plan')} {plan.agreed_on.isoformat()}", plan.upload) for plan in plans if plan.upload
    ]
    return slips + agreements


def _missing(
    letters: Sequence[Letter], plans: Sequence[InstalmentPlan], bills: Sequence[Bill]
) -> list[tuple[int, str]]:
    """What a court asks for and is not in the product, or was not entered."""
    lacking = [
        (1, _("Extract of the property register, or the deed of the unit")),
        (2, _("Service contract as signed, with the company's licence")),
        (4, _("Records of cleaning, greenery, security and upkeep in these months")),
    ]
    unproved = [bill for bill in bills if bill.meter and bill.reading_id is None]
    if unproved:
        lacking.append((4, _("Meter readings of %(count)s bills", count=len(unproved))))
    if not letters:
        lacking.append((6, _("A demand served on the customer: none stands in the books")))
    lacking += [
        (6, _("Proof that the letter %(number)s came", number=letter.demand.number.text))
        for letter in letters
        if not letter.ways
    ]
    lacking += [
        (7, _("Signed agreement of the plan of %(day)s", day=plan.agreed_on.isoformat()))
        for plan in plans
        if plan.upload is None
    ]
    return lacking
