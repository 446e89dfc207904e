"""Lines of a job: what was used, out of which place, and taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.repairs.costs import service
from crm.repairs.costs.lines import Line, missing, standing
from crm.repairs.costs.service.entering import line_of
from crm.repairs.orders.costs import ENTERED_IN, costs_of
from crm.repairs.orders.models import LineKind, OrderState, Payer
from crm.repairs.orders.queries import cost_of, get_order, lines_of
from crm.repairs.stock.queries import balance, get_item
from tests.acting import as_
from tests.repairs.costs.making import make_answer, make_line, make_quote
from tests.repairs.making import make_order, user_called
from tests.repairs.stock.making import make_stock_item, movements

D, S = Decimal, OrderState


def tap(item, quantity="2"):
    return Line(
        kind=LineKind.material, name=item.name, quantity=D(quantity), measure="个", price=item.price, item_id=item.id
    )


def labour(hours="1.5", price="80.00"):
    return Line(kind=LineKind.labour, name="换水管", quantity=D(hours), price=D(price))


@pytest.fixture
def order(estate):
    return make_order(estate, S.working)


def test_out_of_the_van_first_then_out_of_the_store(work, order):
    zhang = user_called("zhangjg")
    item = make_stock_item("10", "3", zhang)
    with work(as_("zhangjg")):
        job = get_order(order.id)
        line = service.add(job, tap(item), "form 1")
        assert (line.amount, line.item_id) == (D("71.00"), item.id)
        assert (balance(item.id, zhang.id), balance(item.id, None)) == (1, 10)
        service.add(job, tap(item), "form 2")  # the van has one left: all of it comes out of the store
        assert (balance(item.id, zhang.id), balance(item.id, None)) == (1, 8)
        with pytest.raises(DomainError, match="随车 1 个，仓库 8 个"):
            service.add(job, tap(item, "9"), "form 3")
    assert [row[:2] for row in movements(item)[2:]] == [("used", -2), ("used", -2)]


def test_what_is_refused_leaves_no_line(sign_in, order):
    item = make_stock_item("1")
    sent = {"stock-key": "k", "stock-item_id": item.id, "stock-quantity": "2"}
    answer = sign_in("zhangjg").post(f"/repairs/{order.id}/lines/stock", data=sent)
    assert answer.status_code == 422
    assert item.name in answer.text
    assert len(movements(item)) == 1


def test_a_form_sent_twice_is_one_line_and_one_movement(work, order):
    item = make_stock_item("10")
    with work(as_("zhangjg")):
        first = service.add(get_order(order.id), tap(item), "form")
        assert service.add(get_order(order.id), tap(item), "form").id == first.id
        assert cost_of(order.id) == D("71.00")
    assert len(movements(item)) == 2


@pytest.mark.parametrize("van", ["0", "2"])
def test_taken_back_it_goes_where_it_came_from(work, order, van):
    zhang = user_called("zhangjg")
    item = make_stock_item("10", van, zhang)
    with work(as_("zhangjg")):
        job = get_order(order.id)
        line = service.add(job, tap(item))
        back = service.take_back(job, line)
        assert (back.quantity, back.amount, back.takes_back_id) == (-2, D("-71.00"), line.id)
        assert cost_of(order.id) == 0
        assert (balance(item.id, zhang.id), balance(item.id, None)) == (D(van), 10)
        for again in (line, back):
            with pytest.raises(DomainError):
                service.take_back(job, again)
    assert [kind for kind, *_rest in movements(item)][-2:] == ["used", "given_back"]


def test_every_state_enters_or_says_why_not(work, estate):
    for state in S:
        if state is S.duplicate:
            continue
        made = make_order(estate, state)
        with work(as_("sunhao")):
            job = get_order(made.id)
            if state in ENTERED_IN:
                service.add(job, labour())
                assert costs_of(job).may_enter
                continue
            with pytest.raises(IllegalTransition, match="接单后到完工前可以登记用料和人工"):
                service.add(job, labour())
            assert costs_of(job).hindrance


def test_a_job_is_its_holders(work, estate):
    made = make_order(estate, S.working, worker_id=user_called("sunhao").id)
    line = make_line(made)
    with work(as_("zhangjg")):
        job = get_order(made.id)
        with pytest.raises(NotEntitled):
            service.add(job, labour())
        with pytest.raises(NotEntitled):
            service.take_back(job, next(each for each in lines_of(made.id) if each.id == line.id))
        assert not costs_of(job).may_enter
    with work(as_("sunhao")):
        service.add(get_order(made.id), labour())


def test_all_as_agreed_enters_what_is_missing(work, estate):
    item = make_stock_item("10")
    made = make_order(estate, S.working, payer=Payer.customer)
    quoted = [tap(item, "3"), labour()]
    quote = make_quote(made, lines=[line.frozen for line in quoted], total=D("226.50"))
    with work(as_("zhangjg")), pytest.raises(DomainError, match="还没有同意任何报价"):
        service.add_as_agreed(get_order(made.id))
    make_answer(quote)
    with work(as_("zhangjg")):
        job = get_order(made.id)
        service.add(job, tap(item, "1"))
        assert service.add_as_agreed(job) == 2
        assert service.add_as_agreed(job) == 0
        assert cost_of(made.id) == D("226.50")
        assert balance(item.id, None) == 7
        assert [line.quantity for line in lines_of(made.id)] == [1, 2, D("1.5")]


lines = st.builds(
    Line,
    kind=st.sampled_from(LineKind),
    name=st.sampled_from(("角阀", "水管")),
    quantity=st.integers(1, 9).map(Decimal),
    price=st.sampled_from((D("0.33"), D(20))),
)


@given(st.lists(lines, max_size=6), st.lists(lines, max_size=6))
def test_agreed_is_entered_exactly(agreed, entered):
    """Whatever was there, with what is missing every agreed line is covered, and nothing missing is left."""
    left = missing(agreed, entered)
    assert missing(agreed, [*entered, *left]) == []
    assert missing(agreed, agreed) == []
    for line in left:
        assert line.quantity > 0
    undone = [Line(kind=each.kind, name=each.name, quantity=-each.quantity, price=each.price) for each in entered]
    assert standing([*entered, *undone]) == []


@given(st.decimals("0.001", "9999", places=3), st.decimals("0.01", "9999", places=2))
def test_an_amount_is_a_whole_number_of_fen(quantity, price):
    line = Line(kind=LineKind.labour, name="x", quantity=quantity, price=price)
    assert abs(line.amount - quantity * price) <= D("0.005")
    assert Line.thawed(line.frozen) == line


def test_half_a_fen_goes_up(work, order):
    with work(as_("zhangjg")):
        line = service.add(get_order(order.id), labour("0.125", "0.20"))
        assert line.amount == D("0.03")
        assert line_of(line).amount == D("0.03")


@pytest.mark.parametrize("quantity", ["0", "-1", "1000001"])
def test_quantities_that_are_none(work, order, quantity):
    with work(as_("zhangjg")), pytest.raises(DomainError, match="请填写大于零的数量"):
        service.add(get_order(order.id), labour(quantity))


def test_a_place_in_the_book_is_kept(work, order):
    """The price of a line stays when the store's changes."""
    item = make_stock_item("10")
    with work(as_("zhangjg")):
        service.add(get_order(order.id), tap(item))
    with work(as_("sunhao")):
        get_item(item.id).price = D(99)
        assert [line.price for line in lines_of(order.id)] == [D("35.50")]
