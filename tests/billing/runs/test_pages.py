"""The pages: looked at by many, published by few, once; bad input is said and kept; the notice on paper."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.audit.models import LogEntry
from crm.billing.charges.models import Basis, SharedBy
from crm.billing.ledger.models import Bill, Dispute
from crm.billing.runs import jobs
from crm.billing.runs.models import BillingRun
from crm.jobs import runner
from crm.jobs.models import Job
from tests import factories as make
from tests.billing.making import MOMENT, make_bill, make_item, make_shared_cost, make_tariff
from tests.billing.runs.making import NOVEMBER, make_run


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502", built_area=Decimal("120.50"))


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def item(estate, owner):
    made = make_item(estate, "物业服务费")
    make_tariff(made)
    return made


@pytest.fixture
def client(sign_in):
    return sign_in("billing_supervisor")


def month(client, estate, **more):
    return client.get("/billing/runs/", query_string={"month": "2026-11", "estate_id": estate.id} | more)


def address(estate, *items):
    chosen = "&".join(f"item={item.id}" for item in items)
    return f"/billing/runs/publish?month=2026-11&estate_id={estate.id}&{chosen}"


def figures(page):
    return re.search(r'name="figures"[^>]*value="([^"]*)"', page.text)[1].replace("&#34;", '"')


def test_a_month_and_an_estate_on_one_page(client, estate, item):
    page = month(client, estate)
    assert page.status_code == 200
    assert "物业服务费" in page.text
    assert "337.40" in page.text
    assert "发布所选" in page.text
    assert "2026-10" in page.text


def test_whoever_only_reads_is_offered_nothing(sign_in, estate, item):
    clerk = sign_in("cashier")
    assert "发布所选" not in month(clerk, estate).text
    assert clerk.get(address(estate, item)).status_code == 403
    assert clerk.post(address(estate, item)).status_code == 403


@pytest.mark.parametrize("typed", ["2026-13", "x", "2026-00", "9999-12", "0001-01"])
def test_what_is_no_month_is_said(client, estate, typed):
    page = month(client, estate, month=typed)
    assert page.status_code == 409
    assert "请填写月份" in page.text


def test_another_estate_does_not_exist(sign_in, other_estate):
    clerk, foreign = sign_in("limin"), make_item(other_estate)
    assert month(clerk, other_estate).status_code == 404
    assert clerk.get(f"/billing/runs/items/{foreign.id}/2026-11").status_code == 404


def test_published_is_what_was_shown(client, db, estate, item):
    page = client.get(address(estate, item))
    assert "发布 1 笔账单，共 337.40 元" in page.text
    assert "叁佰叁拾柒元肆角整" in page.text
    for _ in range(2):  # pressed twice: both come to the same result
        done = client.post(address(estate, item), data={"figures": figures(page), "key": "k"})
        assert done.location == f"/billing/runs/items/{item.id}/2026-11"
    assert db.scalar(select(func.count(Bill.id))) == 1
    result = client.get(done.location)
    assert "账上该批账单合计 337.40 元" in result.text
    assert "已发布" in result.text


def test_changed_meanwhile_nothing_is_published_and_the_new_figures_are_shown(client, db, estate, item):
    other = make_item(estate, "公共能耗费", basis=Basis.fixed)
    make_tariff(other, "25")
    page = client.get(address(estate, item, other))
    make.make_customer(estate, "司马青", make.make_unit(estate, built_area=Decimal(100)))
    again = client.post(address(estate, item, other), data={"figures": figures(page), "key": "k"})
    assert again.status_code == 409
    assert "原为 1 笔账单，共 25.00 元，现为 2 笔账单，共 50.00 元" in again.text
    assert "发布 4 笔账单，共 667.40 元" in again.text
    assert db.scalar(select(func.count(Bill.id))) == db.scalar(select(func.count(BillingRun.id))) == 0
    done = client.post(address(estate, item, other), data={"figures": figures(again), "key": "k"})
    assert done.status_code == 302
    assert db.scalar(select(func.count(Bill.id))) == 4


@pytest.mark.parametrize("typed", ["", "[]", "{", '{"1": 7}', '{"x": [1, "2"]}', '{"1": [1, "much"]}'])
def test_figures_that_did_not_come_back(client, db, estate, item, typed):
    page = client.post(address(estate, item), data={"figures": typed, "key": "k"})
    assert page.status_code == 409
    assert db.scalar(select(func.count(Bill.id))) == 0


def test_nothing_chosen(client, estate, item):
    page = client.get(f"/billing/runs/publish?month=2026-11&estate_id={estate.id}", follow_redirects=True)
    assert "至少勾选一个收费项目" in page.text


def test_what_was_skipped_is_published_later(client, db, estate, item, owner):
    late = make.make_unit(estate, "3-1-601", built_area=Decimal(100))
    page = client.get(address(estate, item))
    client.post(address(estate, item), data={"figures": figures(page), "key": "k"})
    assert "无人承担" in client.get(f"/billing/runs/items/{item.id}/2026-11/skipped").text
    make.make_customer(estate, "司马青", late)
    page = client.get(f"/billing/runs/items/{item.id}/2026-11")
    assert "可补出 1 笔账单，共 280.00 元" in page.text
    run = db.scalar(select(BillingRun.id))
    wrong = client.post(f"/billing/runs/{run}/supplement", data={"figures": json.dumps({item.id: [1, "1.00"]})})
    assert wrong.status_code == 409
    done = client.post(f"/billing/runs/{run}/supplement", data={"figures": figures(page)})
    assert done.status_code == 302
    assert db.scalar(select(func.count(Bill.id))) == 2


def test_lists_of_what_is_left_out(client, estate, item, flat):
    make.make_unit(estate, "3-1-602", built_area=Decimal(100))
    skipped = client.get(f"/billing/runs/items/{item.id}/2026-11/skipped?reason=nobody")
    assert "3-1-602" in skipped.text
    assert "3-1-502" not in skipped.text
    sold = make.make_unit(estate, "3-1-603", built_area=Decimal(100))
    make.make_occupancy(make.make_customer(estate, "司马青"), sold, starts=NOVEMBER.replace(day=12))
    unpaid = client.get(f"/billing/runs/items/{item.id}/2026-11/unpaid")
    assert "3-1-603" in unpaid.text
    assert ">11<" in re.sub(r"\s", "", unpaid.text)


def test_a_large_month_is_published_in_the_background(app, client, db, estate, item, owner, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    page = client.get(address(estate, item))
    for _ in range(2):  # pressed twice it is asked for once
        done = client.post(address(estate, item), data={"figures": figures(page), "key": "k"})
    assert done.location.startswith("/jobs/")
    assert db.scalar(select(func.count(Job.id))) == 1
    assert "发布中" in month(client, estate).text
    runner.run_all(app, "tests")
    job = db.scalars(select(Job)).one()
    assert (job.state, job.error) == ("done", "")
    assert job.result == {"bills": 1, "total": "337.40", "used": "0.00"}
    assert "已发布" in month(client, estate).text


def test_in_the_background_too_nothing_else_is_published(app, client, db, estate, item, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 0)
    page = client.get(address(estate, item))
    client.post(address(estate, item), data={"figures": figures(page), "key": "k"})
    make.make_customer(estate, "司马青", make.make_unit(estate, built_area=Decimal(100)))
    runner.run_all(app, "tests")
    job = db.scalars(select(Job)).one()
    assert job.state == "failed"
    assert "现为 2 笔账单，共 617.40 元" in job.error
    assert db.scalar(select(func.count(Bill.id))) == 0


def test_as_many_queries_for_ten_units_as_for_one(client, estate, item, queries):
    def asked(where):
        with queries() as seen:
            assert client.get(where).status_code == 200
        return len(seen)

    pages = ("/billing/runs/notices", f"/billing/runs/items/{item.id}/2026-11/skipped")
    pages += (f"/billing/runs/items/{item.id}/2026-11", "/billing/runs/?month=2026-11")
    make.make_unit(estate, "3-2-101")
    few = [asked(page) for page in pages]
    for number in range(102, 110):
        unit = make.make_unit(estate, f"3-2-{number}", built_area=Decimal(100))
        make_bill(make.make_customer(estate, "司马青", unit), unit_id=unit.id)
        make.make_unit(estate, f"3-3-{number}")
    assert [asked(page) for page in pages] == few


# The notice


def test_the_notice_on_paper(client, db, estate, item, owner, flat):
    """Two lines of November, one of October of which a part is paid, a disputed one left out."""
    shared = make_item(estate, "公共水电分摊", basis=Basis.shared, shared_by=SharedBy.unit)
    make_shared_cost(shared, "100.00", document="电费发票 8821")
    page = client.get(address(estate, item, shared))
    client.post(address(estate, item, shared), data={"figures": figures(page), "key": "k"})
    make_bill(owner, "200.00", NOVEMBER.replace(month=10), unit_id=flat.id, open=Decimal("150.00"), note="门禁卡")
    disputed = make_bill(owner, "70.00", NOVEMBER.replace(month=9))
    db.add(
        Dispute(bill_id=disputed.id, reason="核实", until=NOVEMBER.replace(year=2099), raised_by="x", raised_at=MOMENT)
    )
    db.commit()
    paper = client.post(f"/billing/runs/notices/{owner.id}.pdf")
    assert paper.content_type == "application/pdf"
    told = re.sub(r"\s+", "", "".join(each.extract_text() for each in PdfReader(BytesIO(paper.data)).pages))
    for words in (
        "缴费通知单",
        "和安物业服务有限公司",
        "欧阳娜娜",
        "3-1-502",
        "120.5㎡×2.8元=337.40元",
        "前期物业服务合同YG-2019-07",
        "电费发票8821",
        "以前月份欠费",
        "其中已缴50.00元",
        "587.40",
        "伍佰捌拾柒元肆角整",
        "2026-11-28",
        "另有1笔正在核实",
    ):
        assert words in told
    assert db.scalar(select(LogEntry.data).where(LogEntry.kind == "NoticesPrinted"))["customer_id"] == owner.id


def test_nothing_to_pay_is_no_notice(client, owner):
    page = client.post(f"/billing/runs/notices/{owner.id}.pdf")
    assert page.status_code == 409
    assert "没有待缴费用" in page.text


def test_many_notices_in_one_file(app, client, db, estate, owner, flat):
    for number in range(3):
        make_bill(make.make_customer(estate, f"住户{number}"), f"{number + 1}.00")
    listed = client.get("/billing/runs/notices?month=2026-01")
    assert "住户2" in listed.text
    begun = client.post("/billing/runs/notices?month=2026-01", data={"action": "print_notices", "scope": "all"})
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', begun.text))
    done = client.post("/billing/runs/notices?month=2026-01", data=fields)
    assert done.location.startswith("/jobs/")
    runner.run_all(app, "tests")
    job = db.scalars(select(Job)).one()
    assert (job.state, job.error, job.result) == ("done", "", {"notices": 3})


def test_a_run_that_does_not_agree_says_so(client, estate, item):
    make_run(item)
    assert "账上账单与发布时不一致" in client.get(f"/billing/runs/items/{item.id}/2026-11").text
