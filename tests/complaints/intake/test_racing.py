"""Two clerks, or one form twice, at the same moment and on real connections: nothing is done by halves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.complaints.cases import service
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import About, Complaint, ComplaintCaller, ComplaintState
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Complained, Said
from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate
from tests.acting import as_
from tests.complaints.making import category_called
from tests.meeting import PATIENCE, OwnCompany

S = ComplaintState
Act = Callable[[], Any]
pytestmark = pytest.mark.timeout(300)


class Desk:
    """In a database of its own, where every unit of work is really committed."""

    def __init__(self, work: Callable[..., Any], estate: Estate) -> None:
        self.work, self.estate = work, estate

    def receive(self, key: str | None = None) -> int:
        told = Complained(category=category_called("噪声扰民"), about=About.neighbour, words="太吵", spot="小区东门")
        return service.receive(self.estate.id, told, Caller(name="司马相如", digits="13907315678", key=key)).id

    def received(self) -> int:
        with self.work(as_("limin")):
            return self.receive()

    def both(self, *acts: Act) -> list[str]:
        met, said = Barrier(len(acts)), [""] * len(acts)

        def run(place: int, act: Act) -> None:
            try:
                with self.work(as_("sunhao")):
                    session().execute(select(Complaint.id)).all()
                    with suppress(BrokenBarrierError):
                        met.wait(PATIENCE)
                    act()
                said[place] = "done"
            except DomainError:
                said[place] = "refused"
            except Exception as error:
                said[place] = repr(error)

        threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(said)

    def count(self, model: Any, **facts: Any) -> int:
        with self.work():
            return session().scalar(select(func.count()).select_from(model).filter_by(**facts)) or 0

    def state(self, complaint_id: int) -> ComplaintState:
        with self.work():
            return session().get_one(Complaint, complaint_id).state


@pytest.fixture
def desk(own_company: OwnCompany) -> Iterator[Desk]:
    yield Desk(own_company.work, own_company.estate)
    with own_company.work():
        assert [fault.told() for fault in faults()] == []


def join(case: int, main: int, key: str) -> Act:
    return lambda: service.join(get_case(case), get_case(main), Said(reason="同一件事", key=key))


def note(complaint_id: int, key: str) -> Act:
    return lambda: service.note_caller(get_case(complaint_id), Caller(name="欧阳娜娜", digits="13907310001", key=key))


def test_the_same_form_twice_is_one_case(desk: Desk) -> None:
    assert desk.both(lambda: desk.receive("form-1"), lambda: desk.receive("form-1")) == ["done", "done"]
    assert desk.count(Complaint) == desk.count(ComplaintCaller) == 1


def test_two_forms_are_two_numbers(desk: Desk) -> None:
    assert desk.both(lambda: desk.receive("form-1"), lambda: desk.receive("form-2")) == ["done", "done"]
    with desk.work():
        assert len(set(session().scalars(select(Complaint.number)))) == 2


def test_the_same_caller_twice_is_one(desk: Desk) -> None:
    case = desk.received()
    assert desk.both(note(case, "form-1"), note(case, "form-1")) == ["done", "done"]
    assert desk.count(ComplaintCaller, complaint_id=case) == 2


def test_joined_to_each_other_one_goes_on(desk: Desk) -> None:
    first, second = desk.received(), desk.received()
    assert desk.both(join(first, second, "form-1"), join(second, first, "form-2")) == ["done", "refused"]
    assert sorted((desk.state(first), desk.state(second))) == [S.joined, S.received]


def test_joined_while_the_other_is_taken_back(desk: Desk) -> None:
    """Either it ended first, and nothing is joined to it; or it went on with the callers of both, and then ended."""
    case, main = desk.received(), desk.received()
    desk.both(
        join(case, main, "form-1"), lambda: service.withdraw(get_case(main), Said(reason="客户撤诉", key="form-2"))
    )
    joined = desk.state(case) is S.joined
    assert desk.count(ComplaintCaller, complaint_id=main) == (2 if joined else 1)


def test_a_caller_noted_while_it_is_joined_is_not_lost(desk: Desk) -> None:
    case, main = desk.received(), desk.received()
    said = desk.both(join(case, main, "form-1"), note(case, "form-2"))
    assert said in (["done", "done"], ["done", "refused"])
    assert desk.count(ComplaintCaller, complaint_id=main) == (3 if said == ["done", "done"] else 2)
