"""Keys handed out and given back: never more than there are, each once, nothing lost unexplained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.audit.models import LogEntry
from crm.errors import DomainError, UsedElsewhere
from crm.moves.keys import queries, service
from crm.moves.keys.models import Holder, KeyReturn, KeySlip, Outcome, Signing
from crm.moves.keys.service import Back, Giving, Taken
from tests import factories as make
from tests.meeting import REFUSED, OwnCompany, both

Work = Callable[..., Any]


@pytest.fixture
def household(estate):
    unit = make.make_unit(estate)
    return unit, make.make_customer(estate, unit=unit)


def entered(work: Work, unit: Any, count: int = 3, kind: str = "door") -> int:
    with work():
        return service.add_key(unit, kind, count).id


def given(work: Work, household: Any, key_id: int, count: int = 2, **more: Any) -> KeySlip:
    unit, customer = household
    with work():
        lines = [Taken(unit_key_id=key_id, count=count)]
        return service.give(unit, Giving(**({"customer": customer, "lines": lines, "holder": "欧阳娜娜"} | more)))


def test_what_is_out_is_what_was_given_less_what_came_back(work, household):
    unit, customer = household
    key_id = entered(work, unit)
    slip = given(work, household, key_id)
    with work():
        [out] = queries.out_of(unit.id, customer.id)
        assert (out.count, out.number, out.holder) == (2, slip.number, "欧阳娜娜")
        service.take_back(queries.get_line(out.line_id), Back(count=1))
        [out] = queries.out_of(customer_id=customer.id)
        assert out.count == 1
        service.take_back(queries.get_line(out.line_id), Back(count=1, outcome=Outcome.lost, reason="掉进湖里"))
        assert queries.out_of(unit.id) == []
        [held] = queries.keys_of(unit.id)
        assert (held.key.count, held.out, held.lost, held.here) == (3, 0, 1, 2)


def test_no_more_than_there_are(work, household):
    key_id = entered(work, household[0], 2)
    given(work, household, key_id, 1)
    with pytest.raises(DomainError, match="1"):
        given(work, household, key_id, 2)


def test_no_more_come_back_than_are_out(work, household):
    given(work, household, entered(work, household[0]), 1)
    with work():
        [out] = queries.out_of(household[0].id)
    with work(), pytest.raises(DomainError, match="1"):
        service.take_back(queries.get_line(out.line_id), Back(count=2))


@pytest.mark.parametrize(
    "fault",
    [
        {"holder": " "},
        {"lines": []},
        {"holder_kind": Holder.agent},
        {"holder_kind": Holder.office, "authority": " "},
        {"given_on": date(2099, 1, 1)},
    ],
    ids=str,
)
def test_what_is_missing_is_named(work, household, fault):
    key_id = entered(work, household[0])
    with pytest.raises(DomainError):
        given(work, household, key_id, **fault)


@pytest.mark.parametrize("count", [0, -1, 100])
def test_no_such_number_of_keys(work, household, count):
    with work(), pytest.raises(DomainError):
        service.add_key(household[0], "door", count)


@pytest.mark.parametrize(
    "fault",
    [
        {"count": 0},
        {"count": 1, "outcome": Outcome.lost},
        {"count": 1, "day": date(2099, 1, 1)},
        {"count": 1, "day": date(2020, 1, 1)},
    ],
    ids=str,
)
def test_what_comes_back_wrongly_is_refused(work, household, fault):
    given(work, household, entered(work, household[0]))
    with work():
        [out] = queries.out_of(household[0].id)
    with work(), pytest.raises(DomainError):
        service.take_back(queries.get_line(out.line_id), Back(**fault))


def test_keys_of_another_estate_are_not_given(work, other_estate, household):
    key_id = entered(work, household[0])
    with pytest.raises(DomainError):
        given(work, (household[0], make.make_customer(other_estate)), key_id)


def test_keys_of_another_unit_are_not_given(work, estate, household):
    key_id = entered(work, make.make_unit(estate))
    with pytest.raises(DomainError):
        given(work, household, key_id)


def test_a_form_sent_twice_is_one_slip_and_one_return(work, db, household):
    key_id = entered(work, household[0])
    first, second = (given(work, household, key_id, 1, key="k1") for _again in range(2))
    assert first.id == second.id
    for _again in range(2):
        with work():
            [line] = queries.get_slip(first.id).lines
            service.take_back(queries.get_line(line.id), Back(count=1, key="k2"))
    assert db.scalar(select(func.count(KeySlip.id))) == db.scalar(select(func.count(KeyReturn.id))) == 1


def test_the_key_of_another_units_form_is_refused(work, estate, household):
    given(work, household, entered(work, household[0]), 1, key="k1")
    unit = make.make_unit(estate)
    with pytest.raises(UsedElsewhere):
        given(work, (unit, household[1]), entered(work, unit), 1, key="k1")


def test_it_is_signed_once(work, db, estate, household):
    slip = given(work, household, entered(work, household[0]))
    upload = make.make_upload(estate, "keys")
    with work():
        service.sign(queries.get_slip(slip.id), Signing.drawn, upload.id)
    with work(), pytest.raises(DomainError):
        service.sign(queries.get_slip(slip.id), Signing.scanned, upload.id)
    assert db.get_one(KeySlip, slip.id, populate_existing=True).signing is Signing.drawn


def test_more_of_the_same_are_counted_together(work, household):
    assert entered(work, household[0], 2) == entered(work, household[0], 1)
    with work():
        [held] = queries.keys_of(household[0].id)
        assert held.here == 3


def test_out_of_use_only_when_none_is_out(work, household):
    key_id = entered(work, household[0])
    given(work, household, key_id, 1)
    with work(), pytest.raises(DomainError):
        service.retire(queries.get_key(key_id), "换锁")
    with work():
        [out] = queries.out_of(household[0].id)
        service.take_back(queries.get_line(out.line_id), Back(count=1))
        service.retire(queries.get_key(key_id), "换锁")
        assert queries.keys_of(household[0].id) == []
    with work(), pytest.raises(DomainError):
        service.retire(queries.get_key(key_id), "换锁")


def test_out_of_use_wants_a_reason(work, household):
    key_id = entered(work, household[0])
    with work(), pytest.raises(DomainError):
        service.retire(queries.get_key(key_id), " ")


def test_spare_keys_of_the_office_are_known(work, household):
    key_id = entered(work, household[0])
    given(work, household, key_id, 1, holder="值班室", holder_kind=Holder.office, authority="紧急联系人欧阳志远授权")
    with work():
        [spare] = queries.spares_of(household[0].id)
        assert spare.authority == "紧急联系人欧阳志远授权"


def test_the_log_tells_of_it(work, db, household):
    given(work, household, entered(work, household[0]))
    with work():
        [out] = queries.out_of(household[0].id)
        service.take_back(queries.get_line(out.line_id), Back(count=1))
        service.take_back(queries.get_line(out.line_id), Back(count=1, outcome=Outcome.lost, reason="丢失"))
    kinds = db.scalars(select(LogEntry.kind).order_by(LogEntry.id)).all()
    assert kinds[-4:] == ["KeyEntered", "KeysGiven", "KeysReturned", "KeysLost"]


def test_two_who_take_the_last_key(own_company: OwnCompany) -> None:
    """Whoever comes second is refused; both at once bring one back once."""
    unit = make.make_unit(own_company.estate)
    customer = make.make_customer(own_company.estate, unit=unit)
    with own_company.work():
        key_id = service.add_key(unit, "door", 1).id

    def take() -> str:
        lines = [Taken(unit_key_id=key_id, count=1)]
        service.give(unit, Giving(customer=customer, lines=lines, holder="欧阳娜娜"))
        return "taken"

    assert both(own_company.work, take, take) == [REFUSED, "taken"]

    with own_company.work():
        [out] = queries.out_of(unit.id)
    line_id = out.line_id

    def bring() -> str:
        service.take_back(queries.get_line(line_id), Back(count=1))
        return "brought"

    assert both(own_company.work, bring, bring) == ["brought", REFUSED]
