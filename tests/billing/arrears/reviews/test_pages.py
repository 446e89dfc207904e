"""The pages of the review: the work list and its filters, decisions that keep the place, signature, paper, figures."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader

from crm.auth.permissions import Permission
from crm.billing.arrears import matters
from crm.billing.arrears.matters import Matter, Source
from crm.billing.arrears.reviews.models import Advice, ArrearsLine, Decision, Review, ReviewState, Why
from crm.dates import business_day
from crm.demo.cast import DEMO_PASSWORD
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.making import make_bill

REVIEWS = "/arrears/reviews"
MARCH = date(2026, 3, 1)


@pytest.fixture
def review(estate):
    return making.make_review(estate, MARCH, accounts=3, overdue=Decimal(600))


@pytest.fixture
def lines(estate, review):
    """Three accounts: a step for the largest, a contact, nothing for a small one, that has an open matter of ours."""
    step, unit = making.make_step(estate, 1, name="一号函"), make.make_unit(estate, "3-1-502")
    largest, second, small = (make.make_customer(estate, name) for name in ("欧阳娜娜", "陈伟", "林晓"))
    old = {"to_30": Decimal(0), "over_a_year": Decimal(300), "oldest_due": date(2025, 1, 1)}
    return [
        making.make_line(
            review, largest, unit_id=unit.id, step_id=step.id, advice=Advice.step, why=Why.step_due, **old
        ),
        making.make_line(review, second, "200.00", advice=Advice.contact, why=Why.contact_due),
        making.make_line(review, small, "100.00", matters=2, oldest_due=None, disputed=Decimal(100)),
    ]


def page_of(review):
    return f"{REVIEWS}/{review.id}"


def shown(page):
    return [int(found) for found in re.findall(r'id="line-(\d+)"', page)]


def stored(db, line):
    db.expire_all()
    return db.get_one(ArrearsLine, line.id)


def test_the_work_list_shows_figures_and_accounts_the_largest_first(sign_in, review, lines):
    page = sign_in("arrears_reviewer").get(page_of(review)).text
    assert shown(page) == [line.id for line in lines]
    for words in ("600.00", "90.0 %", "900.00", "1,000.00", "33.3 %", "3-1-502 欧阳娜娜", "一号函"):
        assert words in page


def test_filters_leave_what_they_say(db, work, sign_in, review, lines):
    making.make_contact(_customer(lines[0]), date(2020, 1, 1))
    with work():
        making.make_contact(_customer(lines[1]), business_day())
    client = sign_in("arrears_reviewer")
    first, second, small = (line.id for line in lines)
    building = re.search(r'<option value="(\d+)">3<', client.get(page_of(review)).text)
    assert client.post(f"{REVIEWS}/lines/{second}/accept").status_code == 303

    def left(**filters):
        return shown(client.get(page_of(review), query_string=filters).text)

    assert left(q="欧阳") == left(q="3-1-502") == left(step=lines[0].step_id) == left(advice="step") == [first]
    assert left(age="over_a_year") == [first]
    assert left(age="to_30") == [second, small]
    assert left(decision="none") == [first, small]
    assert left(decision="any") == left(decision="contact") == [second]
    assert left(decision="lawyer") == []
    assert left(due="today") == [first]
    assert left(ours="open") == [small]
    assert building
    assert left(building=building[1]) == [first]
    by = re.search(r'<option value="(\d+)">何芳<', client.get(page_of(review)).text)
    assert by
    assert left(by=by[1]) == [second]


def _customer(line):
    return make.Customer(id=line.customer_id, estate_id=line.estate_id)


def test_pages_follow_on_one_another(db, sign_in, estate, review):
    """By the last account shown: with accounts of one sum too none is left out or shown twice."""
    made = [making.make_line(review, make.make_customer(estate), "10.00").id for _ in range(55)]
    client, seen, address = sign_in("arrears_reviewer"), [], page_of(review)
    while address:
        page = client.get(address).text
        seen.append(shown(page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) > 1
    assert [each for part in seen for each in part] == sorted(made, reverse=True)
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert shown(client.get(back[1].replace("&amp;", "&")).text) == seen[-2]
    assert shown(client.get(f"{page_of(review)}?after=nonsense").text) == seen[0]


def test_ten_accounts_cost_as_many_queries_as_one(sign_in, estate, review, queries):
    client = sign_in("arrears_reviewer")
    counts = []
    for many in (1, 9):
        for _ in range(many):
            making.make_line_of(review, estate)
        client.get(page_of(review))
        with queries() as seen:
            assert client.get(page_of(review)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


def test_taking_the_advice_keeps_the_place(db, sign_in, review, lines):
    client = sign_in("arrears_reviewer")
    back = f"{page_of(review)}?advice=step#line-{lines[1].id}"
    answer = client.post(f"{REVIEWS}/lines/{lines[0].id}/accept", data={"back": back})
    assert (answer.status_code, answer.location) == (303, back)
    assert stored(db, lines[0]).decision is Decision.step
    answer = client.post(f"{REVIEWS}/lines/{lines[1].id}/accept", headers={"HX-Request": "true"})
    assert shown(answer.text) == [lines[1].id]
    assert "hx-swap-oob" in answer.text
    assert "1" in re.findall(r'figure-value">([^<]*)<', answer.text)
    strange = client.post(f"{REVIEWS}/lines/{lines[2].id}/accept", data={"back": "https://example.com"})
    assert strange.location == f"{page_of(review)}#line-{lines[2].id}"


def test_deciding_otherwise(db, sign_in, review, lines):
    client, page = sign_in("arrears_reviewer"), f"{REVIEWS}/lines/{lines[0].id}/decide"
    form = client.get(page).text
    assert 'value="step"' in form
    data = {"version": "0", "kind": "hold", "until": "2020-01-01", "remark": "业主出差"}
    refused = client.post(page, data=data)
    assert refused.status_code == 422
    assert "业主出差" in refused.text
    assert client.post(page, data=data | {"until": "三月"}).status_code == 422
    until = (date.today() + timedelta(days=20)).isoformat()
    assert client.post(page, data=data | {"until": until}).status_code == 303
    assert stored(db, lines[0]).hold_until.isoformat() == until
    assert client.post(page, data=data | {"kind": "contact"}).status_code == 409  # decided since the form was opened
    assert stored(db, lines[0]).decision is Decision.hold


def test_many_at_once_after_a_preview(db, sign_in, review, lines):
    client, page = sign_in("arrears_reviewer"), f"{page_of(review)}/together"
    asked = {"address": f"{page_of(review)}?advice=step", "scope": "all", "what": "accept"}
    preview = client.post(page, data=asked)
    assert preview.status_code == 200
    assert "300.00" in preview.text
    digest = re.search(r'name="digest"[^>]*value="([^"]*)"', preview.text)
    assert digest
    assert stored(db, lines[0]).decision is None
    changed = client.post(page, data=asked | {"digest": "something else"})
    assert changed.status_code == 422
    done = client.post(page, data=asked | {"digest": digest[1]})
    assert (done.status_code, done.location) == (303, asked["address"])
    assert [stored(db, line).decision for line in lines] == [Decision.step, None, None]
    again = client.post(page, data=asked)
    assert again.status_code == 409
    for foreign in ("/tenants/customers", "https://example.com/"):
        for scope in ("all", "ticked"):
            sent = asked | {"address": foreign, "scope": scope, "id": lines[1].id}
            assert client.post(page, data=sent).status_code == 409
    assert "没有选中" in client.post(page, data=asked | {"scope": "ticked"}).text


def test_ticked_accounts_are_held(db, sign_in, review, lines):
    client, page = sign_in("arrears_reviewer"), f"{page_of(review)}/together"
    asked = {"scope": "ticked", "what": "hold", "id": [str(lines[1].id), str(lines[2].id), "x"]}
    assert client.post(page, data={"scope": "ticked", "what": "hold"}).status_code == 409
    preview = client.post(page, data=asked)
    digest = re.search(r'name="digest"[^>]*value="([^"]*)"', preview.text)
    assert digest
    until = (date.today() + timedelta(days=20)).isoformat()
    confirmed = asked | {"digest": digest[1], "until": until}
    assert client.post(page, data=confirmed).status_code == 422
    assert client.post(page, data=confirmed | {"remark": "待核对"}).status_code == 303
    assert [stored(db, line).decision for line in lines] == [None, Decision.hold, Decision.hold]


def test_matters_of_ours_stand_before_the_debt(monkeypatch, sign_in, review, lines):
    def of(customer_ids):
        told = {"kind": "repair", "id": 1, "about": "水管漏水", "since": MARCH, "address": "/repairs/1"}
        return [Matter(customer_id=lines[2].customer_id, **told)] if lines[2].customer_id in customer_ids else []

    source = Source(
        kind="repair", title="Repairs", permission=Permission.arrears_read, rows=lambda _id: None, of=of, page=str
    )
    monkeypatch.setitem(matters.sources, "repair", source)
    row = sign_in("arrears_reviewer").get(page_of(review)).text.split(f'id="line-{lines[2].id}"')[1]
    assert row.index("水管漏水") < row.index("100.00")
    assert 'href="/repairs/1"' in row


def test_signed_by_another_with_the_rest_as_advised(db, sign_in, review, lines):
    reviewer, supervisor = sign_in("arrears_reviewer"), sign_in("zhengkai")
    written = {"version": str(review.version), "minutes": "张经理：重点催 3 栋"}
    assert reviewer.post(f"{page_of(review)}/minutes", data=written).status_code == 303
    assert "张经理" in reviewer.get(f"{page_of(review)}/closing").text
    page = f"{page_of(review)}/sign"
    assert reviewer.get(page).status_code == 403
    assert supervisor.get(page).status_code == 200
    version = str(db.get_one(Review, review.id, populate_existing=True).version)
    data = {"version": version, "confirming_password": DEMO_PASSWORD}
    assert supervisor.post(page, data=data).status_code == 422
    assert supervisor.post(page, data=data | {"rest": "y"}).status_code == 303
    assert db.get_one(Review, review.id, populate_existing=True).state is ReviewState.signed
    for path in (f"{REVIEWS}/lines/{lines[0].id}/accept", f"{page_of(review)}/together"):
        assert reviewer.post(path, data={"scope": "all", "what": "accept"}).status_code == 409
    for path in (f"{page_of(review)}/minutes", f"{REVIEWS}/lines/{lines[0].id}/decide"):
        assert reviewer.get(path).status_code == 409
    signed = reviewer.get(page_of(review)).text
    assert 'data-do="accept"' not in signed


def test_a_review_is_opened_once(db, sign_in, estate):
    make_bill(make.make_customer(estate), "50.00")
    client = sign_in("arrears_reviewer")
    month = date.today().strftime("%Y-%m")
    answers = [client.post(f"{REVIEWS}/open", data={"estate_id": estate.id, "month": month}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert client.post(f"{REVIEWS}/open", data={"estate_id": estate.id, "month": "2020-01"}).status_code == 422
    assert sign_in("zhengkai").get(f"{REVIEWS}/open").status_code == 403


def test_a_review_beside_the_one_before(db, sign_in, estate, review, lines):
    """One cured, one new, one grown older, a file merged since; promises of each kind; by building and collector."""
    before = making.make_review(estate, date(2026, 2, 1), accounts=3, overdue=Decimal(700))
    cured, merged = make.make_customer(estate, "周周"), make.make_customer(estate, merged_into_id=lines[1].customer_id)
    making.make_line(before, cured, "70.00")
    making.make_line(before, _customer(lines[0]), "300.00")
    making.make_line(before, merged, "200.00")
    for due, since in ((date(2026, 3, 5), date(2026, 2, 20)), (date(2026, 4, 5), date(2026, 3, 9))):
        making.make_promise(cured, "10.00", due, made_on=since)
    making.make_contact(cured, date(2026, 3, 2))
    client = sign_in("arrears_reviewer")
    client.post(f"{REVIEWS}/lines/{lines[1].id}/accept")
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"{page_of(review)}/compared").text).split())
    assert "3 600.00 1 70.00 1 100.00 1 300.00 2 / 0 / 1" in page
    assert "何芳 1 200.00 1 2 / 0 / 1" in page
    assert client.get(f"{REVIEWS}/estates").location == f"{page_of(review)}/compared"
    figures = client.get(f"{page_of(review)}/figures").text
    assert "欧***" in figures
    assert "欧阳娜娜" not in figures


def test_the_report_on_paper(sign_in, review, lines):
    answer = sign_in("zhengkai").get(f"{page_of(review)}/report.pdf")
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages))
    for words in ("600.00", "90.0%", "900.00/1,000.00", "欧***", "3-1-502"):
        assert words in text
    assert "欧阳娜娜" not in text


def test_the_workbook_holds_the_filter(sign_in, review, lines):
    book = sign_in("arrears_reviewer").get(page_of(review), query_string={"as": "xlsx", "advice": "step"})
    [sheet] = openpyxl.load_workbook(BytesIO(book.data)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert {"欧阳娜娜", "一号函"} <= set(rows[1])


def test_other_estates_are_not_there(sign_in, other_estate):
    review = making.make_review(other_estate)
    line = making.make_line(review, make.make_customer(other_estate))
    limin = sign_in("limin")  # sees some estates only
    for path in (page_of(review), f"{page_of(review)}/figures", f"{page_of(review)}/report.pdf"):
        assert limin.get(path).status_code == 404
    assert str(line.id) not in shown(limin.get(f"{REVIEWS}/").text)
