"""Closing a month, what comes late, and lines in dispute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.billing.ledger import service
from crm.billing.ledger.models import AdjustmentKind, Allocation, BillState, Dispute
from crm.billing.ledger.queries import open_month
from crm.dates import telling
from tests.billing.ledger.books import MARCH, TODAY, acting, adjust, bill, open_of, pay, refused, sound, state
from tests.billing.making import make_bill

JANUARY, FEBRUARY, APRIL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)
IN_APRIL = datetime(2026, 4, 2, 2, tzinfo=UTC)


def test_a_month_is_closed_once_when_it_is_over_and_in_its_order(books, estate, owner):
    make_bill(owner, "100", JANUARY), make_bill(owner, "200", FEBRUARY)
    assert "when it is over" in refused(service.close, estate, MARCH)
    assert "Close 2026-01 first" in refused(service.close, estate, FEBRUARY)
    assert service.close(estate, date(2026, 1, 31)).month == JANUARY
    assert "closed already" in refused(service.close, estate, JANUARY)
    assert "closed already" in refused(service.close, estate, date(2025, 12, 1))
    closed = service.close(estate, FEBRUARY)
    assert (closed.month, closed.figures["charged"], closed.figures["collected"]) == (FEBRUARY, "200.00", "0")
    assert open_month(estate.id, TODAY) == MARCH
    assert open_month(estate.id, JANUARY) == MARCH
    assert sound()


def test_the_figures_of_a_closed_month(books, estate, owner):
    make_bill(owner, "1000", MARCH)
    owed, other = bill(owner, "100"), bill(owner, "50")
    payment = pay(owner, "80")
    adjust(other, AdjustmentKind.write_off)
    service.undo(adjust(owed, AdjustmentKind.waiver, "5"), "算错")
    adjust(owed, AdjustmentKind.waiver, "7")
    adjust(pay(owner, "3000"), AdjustmentKind.refund, "1")
    adjust(payment, AdjustmentKind.reversal)
    adjust(bill(owner, "30"), AdjustmentKind.void)
    with telling(IN_APRIL):
        closed = service.close(estate, MARCH)
    assert closed.figures == {
        "charged": "1180.00",
        "collected": "3080.00",
        "waived": "7.00",
        "written_off": "50.00",
        "voided": "30.00",
        "refunded": "1.00",
        "taken_back": "80.00",
    }


def test_what_comes_late_stands_in_the_next_month(books, estate, owner):
    """On 10 March somebody has closed March already by a clock that goes ahead: bookings stand in April."""
    owed = bill(owner, "100")
    with telling(IN_APRIL):
        service.close(estate, MARCH)
    payment = pay(owner, "60", paid_on=TODAY)
    assert (payment.paid_on, payment.month) == (TODAY, APRIL)
    assert {each.month for each in books.query(Allocation)} == {APRIL}
    assert adjust(owed, AdjustmentKind.waiver, "1").month == APRIL
    assert service.take_back_alone(payment, "录错").month == APRIL
    assert {each.month for each in books.query(Allocation)} == {APRIL}


def test_another_estate_is_closed_by_itself(books, estate, other_estate):
    service.close(estate, FEBRUARY)
    assert open_month(other_estate.id, JANUARY) == JANUARY


def test_a_dispute_and_its_end(books, owner):
    owed = bill(owner, "100")
    service.dispute(owed, "电梯停运三天", TODAY)
    assert "disputed already" in refused(service.dispute, owed, "面积不符", TODAY)
    assert "how it ended" in refused(service.release_dispute, owed, " ")
    with acting("zhengkai"):
        service.release_dispute(owed, "减免一元")
    [made] = books.query(Dispute)
    assert (made.raised_by, made.released_by, made.outcome) == ("吴丹", "郑凯", "减免一元")
    assert "not disputed" in refused(service.release_dispute, owed, "再次")
    service.dispute(owed, "又停运", TODAY + timedelta(days=30))
    assert state(owed) is BillState.issued


@pytest.mark.parametrize(
    ("reason", "days", "said"), [(" ", 0, "what the customer says"), ("电梯停运", -1, "not lie in the past")]
)
def test_what_is_no_dispute(books, owner, reason, days, said):
    owed = bill(owner, "100")
    assert said in refused(service.dispute, owed, reason, TODAY + timedelta(days=days))
    pay(owner, "100")
    assert "Nothing" in refused(service.dispute, owed, "电梯停运", TODAY)
    assert open_of(owed) == ["0.00"]
