"""Two people, or one phone twice, at the same moment and on real connections: nothing is done by halves, and whoever
comes too late is told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from crm.db import session
from crm.errors import DomainError
from crm.properties.models import Estate
from crm.repairs.costs import service as costs
from crm.repairs.orders import service
from crm.repairs.orders.invariants import faults
from crm.repairs.orders.models import AgreedBy, OrderState, Payer, PhotoStage, RepairOrder, RepairPhoto, RepairStep
from crm.repairs.orders.photos import add_photo
from crm.repairs.orders.queries import get_order
from crm.repairs.orders.service import Heard, Reported, Said
from crm.repairs.orders.service.steps import hold
from tests import factories as make
from tests.acting import as_
from tests.meeting import PATIENCE, OwnCompany
from tests.repairs.costs.test_quoting import labour
from tests.repairs.making import category_called, user_called

S = OrderState
Act = Callable[[RepairOrder], Any]
PHONE = costs.Answer(agreed=True, how=AgreedBy.phone, person="欧阳娜娜")


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 20)).save(out, "PNG")
    return out.getvalue()


class Desk:
    """One job in a database of its own, where every unit of work is really committed."""

    def __init__(self, work: Callable[..., Any], estate: Estate) -> None:
        self.work, self.estate = work, estate

    def report(self, key: str | None = None) -> int:
        with self.work(as_("limin")):
            told = Reported(category=category_called("水龙头阀门"), problem="漏水", spot="小区东门", key=key)
            return service.register(self.estate.id, told).id

    def reported(self, until: OrderState, payer: Payer = Payer.company) -> int:
        """A customer's, led on so far."""
        unit = make.make_unit(self.estate)
        customer = make.make_customer(self.estate, unit=unit)
        with self.work(as_("sunhao")):
            what = category_called("水龙头阀门")
            order = service.register(
                self.estate.id, Reported(category=what, problem="漏水", unit=unit, customer_id=customer.id)
            )
            order.payer = payer
            order_id = order.id
        for state, act in LEADING:
            if until is S.registered:
                break
            with self.work(as_("sunhao")):
                act(get_order(order_id))
            if state is until:
                break
        return order_id

    def both(self, order_id: int, *acts: tuple[str, Act]) -> list[str]:
        """Both have read the job before either acts; how each fared. On SQLite the second reads when the first is
        done."""
        met, said = Barrier(len(acts)), [""] * len(acts)

        def run(place: int, who: str, act: Act) -> None:
            try:
                with self.work(as_(who)):
                    order = get_order(order_id)
                    with suppress(BrokenBarrierError):
                        met.wait(PATIENCE)
                    act(order)
                said[place] = "done"
            except DomainError:
                said[place] = "refused"
            except Exception as error:
                said[place] = repr(error)

        threads = [Thread(target=run, args=(place, *told)) for place, told in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(said)

    def count(self, model: Any, **facts: Any) -> int:
        with self.work():
            return session().scalar(select(func.count()).select_from(model).filter_by(**facts)) or 0

    def state(self, order_id: int) -> OrderState:
        with self.work(as_("sunhao")):
            return get_order(order_id).state


LEADING: tuple[tuple[OrderState, Act], ...] = (
    (S.dispatched, lambda order: service.assign(order, user_called("zhangjg").id)),
    (S.accepted, service.accept),
    (S.on_site, service.arrive),
    (S.working, service.start),
    (S.done, lambda order: service.finish(order, "换阀芯")),
    (S.confirmed, service.confirm),
)


@pytest.fixture
def desk(own_company: OwnCompany) -> Iterator[Desk]:
    yield Desk(own_company.work, own_company.estate)
    with own_company.work():
        assert [fault.told() for fault in faults()] == []


def assign(order: RepairOrder) -> None:
    service.assign(order, user_called("zhangjg").id)


def finish(order: RepairOrder) -> None:
    service.finish(order, "换阀芯")


def cancel(order: RepairOrder) -> None:
    service.cancel(order, Said(reason="客户取消"))


def talk(order: RepairOrder) -> None:
    service.contact(order, "已联系")


ONE_WINS: dict[str, tuple[OrderState, tuple[tuple[str, Act], tuple[str, Act]]]] = {
    "assigned and grabbed": (S.registered, (("sunhao", assign), ("zhangjg", service.grab))),
    "assigned twice": (S.registered, (("sunhao", assign), ("sunhao", assign))),
    "finished twice": (S.working, (("zhangjg", finish), ("sunhao", finish))),
    "finished and cancelled": (S.working, (("zhangjg", finish), ("limin", cancel))),
    "satisfied and not": (
        S.confirmed,
        (
            ("zhouhui", lambda order: service.visit(order, Heard(satisfied=True, score=5))),
            ("limin", lambda order: service.visit(order, Heard(satisfied=False, words="还漏"))),
        ),
    ),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ONE_WINS)
def test_of_two_steps_at_once_one_is_taken(desk: Desk, name: str) -> None:
    until, acts = ONE_WINS[name]
    assert desk.both(desk.reported(until), *acts) == ["done", "refused"]


@pytest.mark.timeout(300)
def test_grabbed_and_cancelled_at_once(desk: Desk) -> None:
    """Cancelled after somebody has it, or not had by anybody: never both unseen."""
    order_id = desk.reported(S.registered)
    said = desk.both(order_id, ("zhangjg", service.grab), ("limin", cancel))
    assert said in (["done", "refused"], ["done", "done"])
    assert desk.state(order_id) in (S.accepted, S.cancelled)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("order", [0, 1])
def test_a_word_beside_a_step_stands_in_its_place(desk: Desk, order: int) -> None:
    """Talked to, a job stays as it is: what stands last in the log is still what the job says."""
    order_id = desk.reported(S.registered)
    with desk.work(as_("limin")):
        talk(get_order(order_id))  # the first word is written to the job itself; later ones are not
    acts = [("sunhao", assign), ("limin", talk)]
    assert desk.both(order_id, *(acts if order else acts[::-1])).count("done") >= 1
    unreached = desk.reported(S.confirmed)
    visits: list[tuple[str, Act]] = [
        ("zhouhui", lambda order: service.visit(order, Heard(satisfied=None))),
        ("limin", lambda order: service.visit(order, Heard(satisfied=True, score=5))),
    ]
    assert desk.both(unreached, *(visits if order else visits[::-1])).count("done") >= 1


@pytest.mark.timeout(300)
def test_agreed_to_twice_it_is_agreed_once(desk: Desk) -> None:
    order_id = desk.reported(S.on_site, Payer.customer)

    with desk.work(as_("zhangjg")):
        costs.quote(get_order(order_id), [labour()])

    def agree(order: RepairOrder) -> None:
        costs.answer(order, 1, PHONE)

    assert desk.both(order_id, ("zhangjg", agree), ("limin", agree)) == ["done", "refused"]
    assert desk.state(order_id) is S.consented


@pytest.mark.timeout(300)
def test_a_phone_that_sends_a_picture_twice_at_once_leaves_one(desk: Desk) -> None:
    order_id = desk.reported(S.working)

    def send(order: RepairOrder) -> None:
        add_photo(order, picture(), "1.png", PhotoStage.after, "phone-1")

    assert desk.both(order_id, ("zhangjg", send), ("zhangjg", send)) == ["done", "done"]
    assert desk.count(RepairPhoto) == 1

    def other(key: str) -> Act:
        def act(order: RepairOrder) -> None:
            add_photo(order, picture(), "1.png", PhotoStage.after, key)
            hold(order)
            if not service.find_step("phone-2"):
                service.finish(order, "换阀芯", Said(key="phone-2"))

        return act

    assert desk.both(order_id, ("zhangjg", other("a")), ("zhangjg", other("b"))) == ["done", "done"]
    assert desk.count(RepairStep, action="finish") == 1


@pytest.mark.timeout(300)
def test_a_report_sent_twice_at_once_is_one_job(desk: Desk) -> None:
    first = desk.report()

    def report(_order: RepairOrder) -> None:
        told = Reported(category=category_called("灯具"), problem="灯不亮", spot="东门", key="form-1")
        service.register(desk.estate.id, told)

    assert desk.both(first, ("limin", report), ("limin", report)) == ["done", "done"]
    assert desk.count(RepairOrder, key="form-1") == 1


@pytest.mark.timeout(300)
def test_of_two_reports_merged_into_each_other_one_stays(desk: Desk) -> None:
    one, two = desk.reported(S.registered), desk.reported(S.registered)

    def merge(order_id: int, other_id: int) -> Act:
        return lambda _order: service.mark_duplicate(get_order(order_id), get_order(other_id))

    def both_read(act: Act) -> Act:
        def run(order: RepairOrder) -> None:
            get_order(one), get_order(two)
            act(order)

        return run

    said = desk.both(one, ("limin", both_read(merge(one, two))), ("limin", both_read(merge(two, one))))
    assert said == ["done", "refused"]
    assert sorted([desk.state(one), desk.state(two)]) == [S.duplicate, S.registered]
