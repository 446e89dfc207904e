"""The pages of notices: from the form to the board, at the door and at the counter, who may and who may not."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crm.auth.models import User
from crm.correspondence.notices.models import Notice, NoticeDelivery, NoticeHousehold, NoticeState, NoticeStep, Reach
from crm.dates import telling
from crm.properties.models import Estate
from tests import factories as make
from tests.correspondence.notices.making import (
    BODY,
    NOW,
    inhabited,
    make_delivery,
    make_household,
    make_notice,
    make_told,
    make_wording,
)

SignIn = Callable[[str], FlaskClient]


def picture(kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind)
    return out.getvalue()


def typed(**given: Any) -> dict[str, Any]:
    facts = {"kind": "outage", "subject": "停水通知", "body": BODY, "begins": "明早9时", "reason": "水泵检修"}
    return facts | {"uses": ["home", "shop"], "key": "k1"} | given


def test_from_the_form_to_the_households(sign_in: SignIn, db: Session, estate: Estate) -> None:
    inhabited(estate, 4)
    clerk, leader = sign_in("limin"), sign_in("zhouhui")
    wording = make_wording()
    form = clerk.get(f"/notices/new?estate_id={estate.id}&wording_id={wording.id}")
    assert "{begins}" in form.text
    assert "<label" in form.text
    page = clerk.post(f"/notices/new?estate_id={estate.id}&wording_id={wording.id}", data=typed()).location
    again = clerk.post(f"/notices/new?estate_id={estate.id}&wording_id={wording.id}", data=typed()).location
    assert page == again
    shown = clerk.get(page).text
    assert "住户3000" in shown
    assert clerk.get(f"{page}/issue").status_code == 403
    notice = db.scalars(select(Notice)).one()
    assert notice.wording_id == wording.id
    sent = {"version": notice.version, "key": "k2", "shown": "4"}
    assert leader.post(f"{page}/issue", data=sent | {"shown": "3"}).status_code == 422
    assert leader.post(f"{page}/issue", data=sent).status_code == 302
    assert leader.post(f"{page}/issue", data=sent).status_code == 302
    assert db.scalar(select(func.count(NoticeHousehold.id))) == 4
    assert "4" in clerk.get(page).text
    assert clerk.get(f"{page}/households").text.count("/notices/households/") == 4


def test_a_fault_keeps_what_was_typed(sign_in: SignIn, db: Session, estate: Estate) -> None:
    clerk = sign_in("limin")
    path = f"/notices/new?estate_id={estate.id}"
    for wrong, words in (
        ({"body": "请看{{7*7}}"}, "{{7*7}}"),
        ({"units": "9-9-999"}, "9-9-999"),
        ({"entrances": "9-9"}, "9-9"),
        ({"subject": ""}, "水泵检修"),
        ({"reach_by": "昨日"}, "昨日"),
    ):
        answer = clerk.post(path, data=typed(**wrong))
        assert answer.status_code == 422
        assert words in answer.text
    assert db.scalar(select(func.count(Notice.id))) == 0


def test_a_draft_is_changed_on_its_present_state(sign_in: SignIn, db: Session, estate: Estate) -> None:
    inhabited(estate, 1)
    notice = make_notice(estate, NoticeState.draft)
    clerk, path = sign_in("limin"), f"/notices/{notice.id}/change"
    assert "水泵检修" in clerk.get(path).text
    changed = typed(version=notice.version, subject="停水改期", units="3-1-101", key="k3")
    assert clerk.post(path, data=changed).status_code == 303
    assert clerk.post(path, data=changed).status_code == 302  # sent twice
    stale = clerk.post(path, data=typed(version=notice.version, subject="又改", key="k4"))
    assert stale.status_code == 409
    assert "停水改期" in stale.text
    db.expire_all()
    row = db.get_one(Notice, notice.id)
    assert (row.subject, len(row.audience["units"])) == ("停水改期", 1)
    assert db.scalar(select(func.count(NoticeStep.id)).where(NoticeStep.action == "change")) == 1


def key_of(page: str) -> str:
    found = re.search(r'name="key"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_draft_is_changed_again_and_again(sign_in: SignIn, db: Session, estate: Estate) -> None:
    """Each page has a key of its own, whatever key the draft was made with."""
    notice = make_notice(estate, NoticeState.draft, key="a")
    clerk, path = sign_in("limin"), f"/notices/{notice.id}/change"
    keys = []
    for subject in ("停水改期", "停水取消"):
        keys.append(key_of(clerk.get(path).text))
        db.expire_all()
        sent = typed(version=db.get_one(Notice, notice.id).version, subject=subject, key=keys[-1])
        assert clerk.post(path, data=sent).status_code == 303
        db.expire_all()
        assert db.get_one(Notice, notice.id).subject == subject
    assert len({"a", "", *keys}) == 4
    assert db.scalar(select(func.count(NoticeStep.id)).where(NoticeStep.action == "change")) == 2


def test_others_than_were_shown_are_looked_at_again(sign_in: SignIn, db: Session, estate: Estate) -> None:
    inhabited(estate, 2)
    notice = make_notice(estate, NoticeState.draft)
    leader, path = sign_in("zhouhui"), f"/notices/{notice.id}/issue"
    page = leader.get(path).text
    assert shown_in(page) == "2"
    inhabited(estate, 1, "5")
    sent = {"version": notice.version, "key": key_of(page), "shown": shown_in(page)}
    refusal = leader.post(path, data=sent)
    assert refusal.status_code == 422
    assert shown_in(refusal.text) == "3"
    assert leader.post(path, data=sent | {"shown": shown_in(refusal.text)}).status_code == 302
    db.expire_all()
    assert db.get_one(Notice, notice.id).households == 3


def shown_in(page: str) -> str:
    found = re.search(r'name="shown"[^>]* value="([^"]*)"', page)
    assert found
    return found[1]


def test_it_is_looked_at_once_for_a_page(sign_in: SignIn, queries: Callable[..., Any], estate: Estate) -> None:
    inhabited(estate, 1)
    notice = make_notice(estate, NoticeState.draft)
    leader = sign_in("zhouhui")
    for path, looks in (("/issue", 1), ("", 1), ("/drop", 0)):
        with queries() as seen:
            assert leader.get(f"/notices/{notice.id}{path}").status_code == 200
        assert sum("ranked" in str(each) for each in seen) == looks, path
    with queries() as seen:
        page = sign_in("cashier").get(f"/notices/{notice.id}").text
    assert "各位业主、住户" in page
    assert "住户3000" not in page
    assert sum("ranked" in str(each) for each in seen) == 0


@pytest.mark.parametrize("state", NoticeState)
def test_only_what_was_issued_hangs_on_a_wall(sign_in: SignIn, estate: Estate, state: NoticeState) -> None:
    notice = make_notice(estate, state)
    answer = sign_in("limin").get(f"/notices/{notice.id}/poster-a4.pdf")
    unissued = state in (NoticeState.draft, NoticeState.dropped)
    assert answer.status_code == (404 if unissued else 200)


def test_the_buildings_are_those_of_the_notice(
    sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate
) -> None:
    """Whatever estate is chosen in the top bar."""
    notice = make_notice(other_estate)
    here, there = (make.make_unit(other_estate, label) for label in ("8-1-101", "9-1-101"))
    for unit in (here, there):
        make_household(notice, make.make_customer(other_estate), unit)
    make.make_unit(estate, "7-1-101")
    leader = sign_in("zhouhui")
    db.execute(update(User).where(User.username == "zhouhui").values(chosen_estate_id=estate.id))
    db.commit()
    for path in ("households", "unreached"):
        page = leader.get(f"/notices/{notice.id}/{path}?building=8").text
        assert "8-1-101" in page
        assert "9-1-101" not in page
        assert '<option value="9"' in page
        assert '<option value="7"' not in page


def test_one_letter_of_a_payload_is_never_executed(sign_in: SignIn, estate: Estate) -> None:
    """In a name, in what the writer says, in the text itself: plain text wherever it is shown."""
    unit = make.make_unit(estate, "3-1-101")
    customer = make.make_customer(estate, "{{7*7}}<script>alert(1)</script>%s", unit)
    household = make_household(make_notice(estate), customer, unit, body="{{7*7}} {0.__class__} <script> %s %(x)s")
    clerk = sign_in("limin")
    page = clerk.get(f"/notices/households/{household.id}").text
    assert "{{7*7}} {0.__class__} &lt;script&gt; %s %(x)s" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;%s" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("way", "sent", "entered"),
    [
        ("hand", {"person": "欧阳志远（父）"}, Reach.hand),
        ("mailbox", {}, Reach.mailbox),
        ("door", {"photo": "JPEG"}, Reach.door),
        ("counter", {"person": "欧阳娜娜", "drawing": "PNG"}, Reach.counter),
    ],
)
def test_at_the_door_and_at_the_counter(
    sign_in: SignIn, db: Session, estate: Estate, way: str, sent: dict[str, Any], entered: Reach
) -> None:
    household = make_household(make_notice(estate))
    clerk, path = sign_in("limin"), f"/notices/households/{household.id}/reach/{way}"
    assert clerk.get(path).status_code == 200
    data = {"key": "einmal", **sent}
    if "photo" in data:
        data["photo"] = (BytesIO(picture()), "tuer.jpg")
    if "drawing" in data:
        data["drawing"] = "data:image/png;base64," + base64.b64encode(picture("PNG")).decode()
    assert clerk.post(path, data=data).status_code == 303
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_by is entered
    [entry] = db.scalars(select(NoticeDelivery))
    assert (entry.upload_id is not None) == (way in ("door", "counter"))
    assert clerk.post(path, data={"key": "einmal"}).status_code == 303  # sent twice
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 1
    if entry.upload_id:
        assert clerk.get(f"/notices/deliveries/{entry.id}/proof").mimetype.startswith("image/")
    assert clerk.get(f"/notices/households/{household.id}").status_code == 200
    assert clerk.post(f"/notices/deliveries/{entry.id}/take-back", data={"reason": "走错门"}).status_code == 303
    db.expire_all()
    assert db.get_one(NoticeHousehold, household.id).reached_at is None


@pytest.mark.parametrize(("way", "sent"), [("door", {}), ("counter", {"person": "王"}), ("hand", {}), ("failed", {})])
def test_what_proves_nothing_is_said_at_once(
    sign_in: SignIn, db: Session, estate: Estate, way: str, sent: dict[str, Any]
) -> None:
    household = make_household(make_notice(estate))
    answer = sign_in("limin").post(f"/notices/households/{household.id}/reach/{way}", data=sent)
    assert answer.status_code == 422
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 0


def test_a_table_is_no_proof(sign_in: SignIn, db: Session, estate: Estate) -> None:
    household = make_household(make_notice(estate))
    sent = {"key": "k", "photo": (BytesIO("门牌,日期".encode()), "门口.csv")}
    assert sign_in("limin").post(f"/notices/households/{household.id}/reach/door", data=sent).status_code == 422
    assert db.scalar(select(func.count(NoticeDelivery.id))) == 0


def test_a_failed_attempt_stands_in_the_list(sign_in: SignIn, db: Session, estate: Estate) -> None:
    household = make_household(notice := make_notice(estate))
    clerk = sign_in("limin")
    sent = {"way": "hand", "note": "两次无人"}
    assert clerk.post(f"/notices/households/{household.id}/reach/failed", data=sent).status_code == 303
    assert "两次无人" in clerk.get(f"/notices/{notice.id}/unreached").text
    assert "两次无人" in clerk.get("/notices/unreached").text
    sent = {"way": "door", "note": "无处可贴"}
    assert clerk.post(f"/notices/households/{household.id}/reach/failed", data=sent).status_code == 303
    assert "无处可贴" in clerk.get("/notices/unreached").text
    last = db.scalars(select(NoticeDelivery).order_by(NoticeDelivery.id.desc())).first()
    assert last
    assert clerk.post(f"/notices/deliveries/{last.id}/take-back", data={"reason": "走错门"}).status_code == 303
    for path in (f"/notices/{notice.id}/unreached", "/notices/unreached"):
        page = clerk.get(path).text
        assert "两次无人" in page  # the last one that stands
        assert "无处可贴" not in page
        assert "走错门" not in page


def test_an_unknown_way_does_not_exist(sign_in: SignIn, estate: Estate) -> None:
    household = make_household(make_notice(estate))
    assert sign_in("limin").get(f"/notices/households/{household.id}/reach/email").status_code == 404


def test_letter_boxes_of_a_building(sign_in: SignIn, db: Session, estate: Estate) -> None:
    notice = make_notice(estate)
    for unit in inhabited(estate, 3, "3") + inhabited(estate, 2, "5"):
        make_household(notice, make.make_customer(estate), unit)
    clerk = sign_in("limin")
    path = f"/notices/{notice.id}/unreached?building=3"
    chosen = clerk.post(path, data={"action": "mailboxes", "scope": "all"})
    assert chosen.status_code == 200
    begun = _hidden(chosen.text)
    looked = clerk.post(path, data={**begun, "note": "3栋全部"})
    done = clerk.post(path, data={**_hidden(looked.text), "note": "3栋全部", "step": "confirm"})
    assert done.status_code == 302
    db.expire_all()
    counted = select(func.count(NoticeHousehold.id)).where(NoticeHousehold.reached_by == Reach.mailbox)
    assert db.scalar(counted) == 3
    page = clerk.get(f"/notices/{notice.id}").text
    assert "5" in page
    assert "5-1-101" in clerk.get(f"/notices/{notice.id}/unreached").text
    assert "3-1-101" not in clerk.get(f"/notices/{notice.id}/unreached").text


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name in ("action", "selection", "digest")}


def test_the_walk_list_prints_and_the_workbook_holds_the_same(sign_in: SignIn, estate: Estate) -> None:
    notice = make_notice(estate)
    for unit in inhabited(estate, 3):
        make_household(notice, make.make_customer(estate), unit)
    clerk = sign_in("limin")
    book = openpyxl.load_workbook(BytesIO(clerk.get(f"/notices/{notice.id}/unreached?as=xlsx").data))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["3-1-101", "3-1-103", "3-2-102"]
    paper = PdfReader(BytesIO(clerk.get(f"/notices/{notice.id}/unreached?as=pdf").data))
    assert "3-2-102" in "".join(page.extract_text() for page in paper.pages)
    assert sign_in("cashier").get(f"/notices/{notice.id}/unreached?as=xlsx").status_code == 403


@pytest.mark.parametrize("path", ["", "/households", "/unreached"])
def test_ten_households_cost_as_many_queries_as_one(
    sign_in: SignIn, queries: Callable[..., Any], estate: Estate, path: str
) -> None:
    clerk, notice = sign_in("limin"), make_notice(estate)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_delivery(make_household(notice))
        clerk.get(f"/notices/{notice.id}{path}")
        with queries() as seen:
            assert clerk.get(f"/notices/{notice.id}{path}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0


def test_the_board_names_nobody(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    day = date(2026, 11, 24)
    hung = {"board_from": day - timedelta(days=1), "board_until": day}
    make_household(make_notice(estate, subject="停水通知甲", urgent=True, **hung))
    withdrawn = make_notice(estate, NoticeState.withdrawn, subject="停水通知乙", **hung)
    make_household(withdrawn)
    for given in (
        {"subject": "昨天的", "board_from": day - timedelta(days=5), "board_until": day - timedelta(days=1)},
        {"subject": "明天的", "board_from": day + timedelta(days=1), "board_until": day + timedelta(days=2)},
        {"subject": "没挂的"},
        {"subject": "草稿", "state": NoticeState.draft, **hung},
        {"subject": "结束的", "state": NoticeState.over, **hung},
    ):
        make_notice(estate, **given)
    make_notice(other_estate, subject="别的小区", **hung)
    clerk = sign_in("limin")
    with telling(NOW):
        page = clerk.get("/notices/board").text
        part = clerk.get("/notices/board", headers={"HX-Request": "true", "HX-Target": "notice-board"}).text
    assert [each in page for each in ("停水通知甲", "停水通知乙", "各位业主、住户")] == [True] * 3
    others = ("昨天的", "明天的", "没挂的", "草稿", "结束的", "别的小区", "欧阳娜娜")
    assert [each for each in others if each in page] == []
    assert page.index("停水通知甲") < page.index("停水通知乙")
    assert "<html" not in part
    assert 'hx-trigger="every 60s"' in part
    poster = clerk.get(f"/notices/{withdrawn.id}/poster-a3.pdf")
    [sheet] = PdfReader(BytesIO(poster.data)).pages
    assert round(sheet.mediabox.width) == 842  # A3
    assert "停水通知乙" in "".join(sheet.extract_text().split())


def test_the_other_estates_notices_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    household = make_household(make_told(other_estate))
    clerk = sign_in("limin")
    for path in (f"/notices/{household.notice_id}", f"/notices/households/{household.id}"):
        assert clerk.get(path).status_code == 404
    assert clerk.get(f"/notices/new?estate_id={other_estate.id}").status_code == 404
    assert clerk.get("/notices/unreached").text.count("/notices/households/") == 0


def test_who_reads_only_may_write_nothing(sign_in: SignIn, estate: Estate) -> None:
    household = make_household(make_notice(estate))
    reader = sign_in("cashier")
    assert reader.get(f"/notices/households/{household.id}").status_code == 200
    assert "/reach/" not in reader.get(f"/notices/households/{household.id}").text
    assert reader.get(f"/notices/households/{household.id}/reach/hand").status_code == 403
    assert reader.get(f"/notices/new?estate_id={estate.id}").status_code == 403
    assert reader.post(f"/notices/{household.notice_id}/print").status_code == 403


def test_the_customers_page_shows_what_it_was_told(sign_in: SignIn, estate: Estate) -> None:
    household = make_household(make_notice(estate))
    page = sign_in("limin").get(f"/tenants/customers/{household.customer_id}?tab=notices").text
    assert f"/notices/households/{household.id}" in page


def test_times_down(sign_in: SignIn, estate: Estate) -> None:
    """Ten households: five within 1 to 5 hours, four on the next day, one unreached; the notice names its own day."""
    notice = make_notice(estate, reach_by=date(2026, 11, 24))
    hours = [1, 2, 3, 4, 5, 24, 25, 26, 27]
    for each in hours:
        make_household(notice, reached_at=NOW + timedelta(hours=each), reached_by=Reach.hand)
    make_household(notice, read_at=NOW)
    clerk = sign_in("limin")
    with telling(NOW):
        page = clerk.get("/notices/figures")
        book = openpyxl.load_workbook(BytesIO(clerk.get("/notices/figures.xlsx").data))
    assert page.status_code == 200
    row = [cell.value for cell in next(iter(book.worksheets[0].iter_rows(min_row=2)))]
    assert row == ["2026-11", 1, 10, 9, 1, 90, 5, 27, 5, 10, 50, 1]
    assert len(list(book.worksheets[1].iter_rows(min_row=2))) == 7
    assert clerk.get("/notices/figures?month=2026-11&until=2026-01").status_code == 422
    assert clerk.get("/notices/figures.xlsx?month=x").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        "month=0001-01&until=0001-02",
        "month=9999-12",
        "until=0001-01",
        "until=9999-01",
        "month=2024-01&until=2026-01",
        "month=2026-11&until=2026-10",
    ],
)
def test_months_that_no_figures_are_of(sign_in: SignIn, estate: Estate, asked: str) -> None:
    clerk = sign_in("limin")
    assert clerk.get(f"/notices/figures?{asked}").status_code == 422
    assert clerk.get(f"/notices/figures.xlsx?{asked}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "months"),
    [
        ("", ["2025-12", "2026-11"]),
        ("month=2026-10", ["2026-10"]),
        ("until=2026-10", ["2025-11", "2025-12", "2026-10"]),
        ("month=2024-12&until=2026-11", ["2025-11", "2025-12", "2026-10", "2026-11"]),
        ("month=1900-01", []),
        ("until=9998-12", []),
    ],
)
def test_a_year_where_no_month_is_asked_for(sign_in: SignIn, estate: Estate, asked: str, months: list[str]) -> None:
    clerk = sign_in("limin")
    for year, month in ((2025, 11), (2025, 12), (2026, 10), (2026, 11)):
        make_household(make_notice(estate, issued_at=datetime(year, month, 24, 1, tzinfo=UTC)))
    with telling(NOW):
        page = clerk.get(f"/notices/figures?{asked}")
        book = openpyxl.load_workbook(BytesIO(clerk.get(f"/notices/figures.xlsx?{asked}").data))
    assert page.status_code == 200
    found = [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert found == (months if asked else ["2025-12", "2026-10", "2026-11"])
