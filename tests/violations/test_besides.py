"""What meets a violation from outside: files that were merged, its letters in the register, its money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.billing.deposits import hindrances
from crm.correspondence.letters import queries as letters
from crm.correspondence.letters import service as register
from crm.correspondence.letters.models import LetterState
from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served
from crm.dates import business_day
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.tenants.models import Customer
from crm.violations.cases import queries
from crm.violations.cases.models import Violation, ViolationState
from crm.violations.cases.service import Said, drop
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit
from tests.violations.making import make_letter, make_violation

Work = Callable[..., Any]
S = ViolationState


@pytest.fixture
def files(estate: Estate) -> tuple[Customer, Customer]:
    """The file that was kept, and the one that went into it."""
    kept, merged = make.make_customer(estate), make.make_customer(estate)
    make.make_merge(kept, merged)
    return kept, merged


@pytest.mark.parametrize("noted_of", [0, 1])
@pytest.mark.parametrize("taken_of", [0, 1])
def test_merged_files_are_one_for_deposits(
    work: Work, estate: Estate, files: tuple[Customer, Customer], noted_of: int, taken_of: int
) -> None:
    """Whichever file the violation was noted in, and whichever the deposit was taken for."""
    violation = make_violation(estate, S.notice_served, customer_id=files[noted_of].id, person="")
    deposit = make_deposit(files[taken_of])
    with work(as_("zhouhui")):
        found = queries.get_violation(violation.id)
        assert [each.id for each in queries.deposits_to_deduct_from(found)] == [deposit.id]
        held = queries.unsettled_of(deposit)
        assert held
        assert held.id == violation.id
        assert violation.number in next(filter(None, (each(deposit) for each in hindrances.refund_hindrances)))
        assert [row.id for row in queries.previous_of(None, files[taken_of].id)] == [violation.id]


def test_money_that_was_deducted_is_given_back_before_it_is_dropped(work: Work, estate: Estate) -> None:
    customer = make.make_customer(estate)
    paid = make_violation(estate, S.notice_served, customer_id=customer.id, person="", deducted=Decimal("200.00"))
    with work(as_("shentao")):
        with pytest.raises(DomainError):
            drop(queries.get_violation(paid.id), Said(reason="查无此事"))
        assert queries.get_violation(paid.id).state is S.notice_served


def by_hand() -> Served:
    day = business_day()
    return Served(channel=Channel.by_hand, arrival=Arrival.delivered, delivered_on=day, person="欧阳志远（父）")


def test_a_notice_brought_from_the_register_is_served(work: Work, db: Session, estate: Estate) -> None:
    """And is not any more when that entry is taken back."""
    made = make_violation(estate, S.notice_served, served_at=None)
    with work(as_("limin")) as own:
        own.get_one(Violation, made.id).served_at = None
    with work(as_("limin")):
        entry = register.note_delivery(letters.get_letter(made.letter_id or 0), by_hand()).id
    db.expire_all()
    letter = db.get_one(register.STEPS.model, made.letter_id)
    assert letter.state is LetterState.served
    assert db.get_one(Violation, made.id).served_at is not None
    with work(as_("limin")):
        register.take_back(letters.get_delivery(entry), "送错了人")
    db.expire_all()
    assert db.get_one(Violation, made.id).served_at is None


def test_only_the_notice_that_counts_serves_the_violation(work: Work, db: Session, estate: Estate) -> None:
    made = make_violation(estate, S.notice_served)
    before = db.get_one(Violation, made.id).served_at
    older = make_letter(estate, about_id=made.id)
    with work(as_("limin")):
        entry = register.note_delivery(letters.get_letter(older.id), by_hand()).id
        register.take_back(letters.get_delivery(entry), "送错了人")
    db.expire_all()
    assert db.get_one(Violation, made.id).served_at == before


def test_a_letter_of_a_violation_that_is_over_can_still_be_noted(work: Work, db: Session, estate: Estate) -> None:
    made = make_violation(estate, S.filed)
    assert made.filed_at is None or made.filed_at.date() >= date(2026, 1, 1)
    with work(as_("limin")):
        register.note_delivery(letters.get_letter(made.letter_id or 0), by_hand())
    db.expire_all()
    assert db.get_one(Violation, made.id).state is S.filed
