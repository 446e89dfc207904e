"""The quote, the customer's answer, and what may be charged by it."""

from __future__ import annotations

import base64
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.files.models import Upload
from crm.repairs.costs import service
from crm.repairs.costs.lines import Line
from crm.repairs.costs.queries import get_line
from crm.repairs.costs.service import Answer
from crm.repairs.orders import service as orders
from crm.repairs.orders.models import AgreedBy, LineKind, OrderState, Payer, RepairOrder, RepairQuote
from crm.repairs.orders.queries import agreed_total, get_order, quotes_of
from tests import factories as make
from tests.acting import as_
from tests.repairs.costs.making import make_answer, make_line, make_quote
from tests.repairs.making import NOW, make_order, user_called
from tests.repairs.stock.making import make_stock_item, movements

D, S = Decimal, OrderState
BY_PHONE = Answer(agreed=True, how=AgreedBy.phone, person="欧阳娜娜")
NO = Answer(agreed=False, how=AgreedBy.in_person, person="欧阳娜娜", words="太贵")


def labour(price="80.00", hours="1"):
    return Line(kind=LineKind.labour, name="换水管", quantity=D(hours), price=D(price))


@pytest.fixture
def order(estate):
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    return make_order(estate, S.on_site, unit, payer=Payer.customer, customer_id=customer.id, arrived_at=NOW)


def test_quoted_agreed_and_quoted_anew(work, order, db):
    with work(as_("zhangjg")):
        job = get_order(order.id)
        service.quote(job, [labour()], "三天内有效", "form 1")
        service.quote(job, [labour()], "三天内有效", "form 1")
        assert (job.state, len(quotes_of(job.id))) == (S.quoted, 1)
        service.answer(job, 1, BY_PHONE, "form 2")
        service.answer(job, 1, BY_PHONE, "form 2")
        assert (job.state, agreed_total(job.id)) == (S.consented, D("80.00"))
        assert job.consented_at is not None
        service.quote(job, [labour(), labour("20.00")])
        assert (job.state, job.consented_at) == (S.quoted, None)
        assert [quote.edition for quote in quotes_of(job.id)] == [2, 1]
        with pytest.raises(DomainError, match="期间已重新报价"):
            service.answer(job, 1, BY_PHONE)
        service.answer(job, 2, NO)
        assert (job.state, job.consented_at, agreed_total(job.id)) == (S.on_site, None, D(0))
        with pytest.raises(IllegalTransition, match="请先报价并记录客户同意"):
            orders.start(job)
    told = [entry.data["note"] for entry in db.scalars(select(LogEntry).filter_by(kind="RepairStepTaken"))]
    assert any("80.00" in note and "三天内有效" in note for note in told)
    assert any("太贵" in note for note in told)


@pytest.mark.parametrize("lines", [[], [labour("0")]])
def test_nothing_is_not_quoted(work, order, lines):
    with work(as_("zhangjg")):
        with pytest.raises(DomainError, match="报价金额为零"):
            service.quote(get_order(order.id), lines)
        assert get_order(order.id).state is S.on_site


def test_a_quote_takes_nothing_out_of_the_store(work, order):
    item = make_stock_item("5")
    line = Line(kind=LineKind.material, name="水龙头", quantity=D(9), price=D(35), item_id=item.id)
    with work(as_("zhangjg")):
        service.quote(get_order(order.id), [line])
    assert len(movements(item)) == 1


def test_only_the_holder_quotes_but_the_desk_notes_the_answer(work, estate):
    facts = {"payer": Payer.customer, "arrived_at": NOW}
    other = make_order(estate, S.on_site, worker_id=user_called("sunhao").id, **facts)
    quoted = make_order(estate, S.quoted, **facts)
    make_quote(quoted)
    with work(as_("zhangjg")), pytest.raises(NotEntitled):
        service.quote(get_order(other.id), [labour()])
    with work(as_("limin")):
        service.answer(get_order(quoted.id), 1, BY_PHONE)
        assert get_order(quoted.id).state is S.consented


def test_a_signature_wants_a_drawing(work, estate):
    made = make_order(estate, S.quoted, payer=Payer.customer)
    make_quote(made)
    with work(as_("zhangjg")):
        signed = Answer(agreed=True, how=AgreedBy.signature, person="欧阳娜娜")
        with pytest.raises(DomainError, match="请客户在屏幕上签名"):
            service.answer(get_order(made.id), 1, signed)
        assert get_order(made.id).state is S.quoted


@pytest.mark.parametrize("state", [state for state in S if state not in (S.duplicate, S.quoted)])
def test_no_other_state_takes_an_answer(work, estate, state):
    made = make_order(estate, state, payer=Payer.customer)
    make_quote(made)
    with work(as_("sunhao")):
        for answer in (BY_PHONE, NO):
            with pytest.raises(IllegalTransition):
                service.answer(get_order(made.id), 1, answer)


def finishing(work, order):
    with work(as_("zhangjg")):
        orders.finish(get_order(order.id), "换了水管")
        return get_order(order.id).state


def test_the_work_costs_what_was_agreed_at_most(work, order):
    make_line(order, "80.00")
    with pytest.raises(IllegalTransition, match="请先报价并记录客户同意"):
        finishing(work, order)
    with work(as_("zhangjg")):
        service.quote(get_order(order.id), [labour()])
        service.answer(get_order(order.id), 1, BY_PHONE)
    extra = make_line(order, "0.01")
    with pytest.raises(DomainError, match="费用超过客户同意的金额"):
        finishing(work, order)
    with work(as_("zhangjg")):
        service.take_back(get_order(order.id), get_line(extra.id))
    assert finishing(work, order) is S.done


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [((), True), ((True,), False), ((False,), False), ((True, False), False), ((False, True), False)],
)
def test_an_emergency_costs_what_it_takes_unless_it_was_quoted(work, estate, answers, allowed):
    made = make_order(estate, S.working, payer=Payer.customer, emergency=True, consented_at=NOW if answers else None)
    for edition, agreed in enumerate(answers, start=1):
        make_answer(make_quote(made, edition=edition), agreed)
    make_line(made, "500.00")
    if allowed:
        assert finishing(work, made) is S.done
    else:
        with pytest.raises(DomainError, match="费用超过客户同意的金额"):
            finishing(work, made)


def test_a_quote_that_was_declined_brings_no_older_one_back(work, estate):
    """Quoted anew, what was agreed to before counts no more, whatever is said to the new one."""
    made = make_order(estate, S.working, payer=Payer.customer, emergency=True, consented_at=NOW)
    make_answer(make_quote(made), True)
    make_answer(make_quote(made, edition=2), False)
    make_line(made, "60.00")
    with pytest.raises(DomainError):
        finishing(work, made)


def test_what_the_company_pays_has_no_limit(work, estate):
    made = make_order(estate, S.working)
    make_line(made, "5000.00")
    assert finishing(work, made) is S.done


# The pages


def drawn():
    out = BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 0, 0)).save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def rows(*lines):
    """Of the quote's form: kind, what, how many, price."""
    names = ("kind", "name", "quantity", "price")
    told = [(place, zip(names, line, strict=True)) for place, line in enumerate(lines)]
    return {f"lines-{place}-{name}": value for place, pairs in told for name, value in pairs}


def test_every_line_that_was_entered_is_proposed(sign_in, order):
    lines = [make_line(order, name=f"第{number}项").name for number in range(40)]
    page = sign_in("zhangjg").get(f"/repairs/{order.id}/quote").text
    assert [name for name in lines if f'value="{name}"' not in page] == []
    sent = rows(*[("labour", name, "1", "60") for name in lines]) | {"key": "q", "note": ""}
    assert sign_in("zhangjg").post(f"/repairs/{order.id}/quote", data=sent).status_code == 303
    assert "2,400.00" in sign_in("zhangjg").get(f"/repairs/{order.id}/consent").text


def test_quote_and_sign_on_a_phone(sign_in, order, db):
    item, client, at = make_stock_item("5", code="SLT-9"), sign_in("zhangjg"), f"/repairs/{order.id}"
    assert client.get(f"{at}/quote").status_code == 200
    tap, labour = ("material", "SLT-9 水龙头", "2", ""), ("labour", "更换", "1.5", "80")
    sent = rows(tap, labour, ("material", "生料带", "1", "3"))
    quoted = client.post(f"{at}/quote", data=sent | {"key": "q", "note": ""})
    assert (quoted.status_code, quoted.location) == (303, f"{at}/consent")
    assert client.post(f"{at}/quote", data=sent | {"key": "q", "note": ""}).status_code == 303
    [quote] = db.scalars(select(RepairQuote).filter_by(repair_order_id=order.id))
    assert quote.total == D("194.00")
    assert [line["item_id"] for line in quote.lines] == [item.id, None, None]
    page = client.get(f"{at}/consent").text
    assert "194.00" in page
    assert "data-drawing" in page
    signing = {"key": "c", "edition": 1, "how": "signature", "person": "欧阳娜娜"}
    assert client.post(f"{at}/consent", data=signing).status_code == 422
    assert client.post(f"{at}/consent", data=signing | {"drawing": "data:image/png;base64,?"}).status_code == 422
    signed = client.post(f"{at}/consent", data=signing | {"drawing": drawn()})
    assert (signed.status_code, signed.location) == (303, at)
    assert client.post(f"{at}/consent", data=signing | {"drawing": drawn()}).status_code == 303
    db.expire_all()
    assert db.get(RepairOrder, order.id).state is S.consented
    assert len(db.scalars(select(Upload).filter_by(purpose="repair")).all()) == 1, "the second sending leaves none"
    assert client.get(f"/repairs/quotes/{quote.id}/proof").mimetype == "image/png"
    assert client.post(f"{at}/lines/as-agreed").status_code == 303
    assert [row[:2] for row in movements(item)] == [("received", 5), ("used", -2)]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (("material", "", "2", "3"), "name"),
        (("material", "生料带", "", "3"), "quantity"),
        (("material", "生料带", "0", "3"), "quantity"),
        (("material", "生料带", "两个", "3"), "quantity"),
        (("labour", "更换", "1", ""), "price"),
        (("labour", "更换", "1", "便宜"), "price"),
    ],
)
def test_a_wrong_line_is_named_and_kept(sign_in, order, line, field):
    answer = sign_in("zhangjg").post(f"/repairs/{order.id}/quote", data=rows(line) | {"key": "q", "note": "原话"})
    assert answer.status_code == 422
    assert f'href="#lines-0-{field}"' in answer.text
    assert "原话" in answer.text
    for typed in line[1:]:
        assert f'value="{typed}"' in answer.text or not typed or typed == "3"


def test_a_quote_begins_with_what_was_entered_or_quoted_last(sign_in, order):
    make_line(order, "66.00", name="拆旧管")
    client = sign_in("zhangjg")
    assert "拆旧管" in client.get(f"/repairs/{order.id}/quote").text
    make_quote(order)
    page = client.get(f"/repairs/{order.id}/quote").text
    assert "换水管" in page
    assert "拆旧管" not in page


def test_declining_wants_words(sign_in, estate, db):
    made = make_order(estate, S.quoted, payer=Payer.customer)
    make_quote(made)
    client, sent = sign_in("limin"), {"key": "d", "edition": 1, "how": "phone", "person": "欧阳娜娜"}
    assert client.post(f"/repairs/{made.id}/decline", data=sent).status_code == 422
    assert client.post(f"/repairs/{made.id}/decline", data=sent | {"words": "太贵"}).status_code == 303
    db.expire_all()
    assert db.get(RepairOrder, made.id).state is S.on_site


def test_pages_that_come_too_late_say_why(sign_in, estate):
    made = make_order(estate, S.done, payer=Payer.customer)
    client = sign_in("sunhao")
    for page in ("quote", "consent", "decline", "quote.pdf"):
        assert client.get(f"/repairs/{made.id}/{page}").status_code == 409
    assert client.get(f"/repairs/{made.id}/lines").status_code == 200


def test_who_may_and_the_other_estate(sign_in, order, other_estate):
    elsewhere = make_order(other_estate, S.on_site, payer=Payer.customer)
    line, quote = make_line(elsewhere), make_quote(elsewhere)
    desk = sign_in("limin")
    for page in ("lines", "quote.pdf", "consent", "decline"):
        assert desk.get(f"/repairs/{elsewhere.id}/{page}").status_code == 404
    assert desk.get(f"/repairs/quotes/{quote.id}/proof").status_code == 404
    assert desk.get(f"/repairs/{order.id}/lines").status_code == 200
    assert desk.get(f"/repairs/{order.id}/quote").status_code == 403
    assert desk.post(f"/repairs/{order.id}/lines/labour").status_code == 403
    assert desk.post(f"/repairs/lines/{line.id}/take-back").status_code == 403


def test_somebody_elses_job_is_refused_with_the_reason(sign_in, estate):
    made = make_order(estate, S.on_site, worker_id=user_called("sunhao").id, payer=Payer.customer)
    line = make_line(made)
    client = sign_in("zhangjg")
    page = client.get(f"/repairs/{made.id}/lines").text
    assert "lines/labour" not in page
    assert client.get(f"/repairs/{made.id}/quote").status_code in (403, 409)
    assert client.post(f"/repairs/lines/{line.id}/take-back").status_code == 403


def test_lines_are_entered_in_their_three_ways(sign_in, order, db):
    item, client, at = make_stock_item("5"), sign_in("zhangjg"), f"/repairs/{order.id}/lines"
    sent = {
        "stock": {"stock-key": "a", "stock-item_id": item.id, "stock-quantity": "1"},
        "other": {"other-key": "b", "other-name": "生料带", "other-quantity": "2", "other-price": "3"},
        "labour": {"labour-key": "c", "labour-name": "更换", "labour-quantity": "1.5", "labour-price": "80"},
    }
    for kind, data in sent.items():
        for _twice in range(2):
            assert client.post(f"{at}/{kind}", data=data).status_code == 303
    page = client.get(at).text
    assert "161.50" in page
    bad = client.post(f"{at}/other", data=sent["other"] | {"other-key": "d", "other-price": "三块"})
    assert bad.status_code == 422
    assert "三块" in bad.text
    assert client.post(f"{at}/stock", data={"stock-key": "e", "stock-quantity": "1"}).status_code == 422


def test_the_paper_says_what_it_costs_and_what_was_answered(sign_in, order):
    make_answer(make_quote(order, note="三天内有效"), words="可以修")
    paper = sign_in("limin").get(f"/repairs/{order.id}/quote.pdf")
    assert paper.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    for words in ("换水管", "120.00", "壹佰贰拾元整", "可以修", "欧阳娜娜", order.number, "YH-WX-02"):
        assert words in text.replace("\n", ""), words
