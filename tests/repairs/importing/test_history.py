"""A history of repairs through the pages: understood, tried dry, taken over, sent again, refused by name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.dates import telling
from crm.imports.histories import draft, service
from crm.imports.histories.queries import get_history
from crm.imports.models import ImportState
from crm.jobs import runner
from crm.numbering import Number
from crm.repairs.categories.models import Place, Priority
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.importing.service import TAKING
from crm.repairs.orders.models import (
    Channel,
    LineKind,
    OrderState,
    Payer,
    PriorityReason,
    RepairLine,
    RepairOrder,
    RepairStep,
    ReturnVisit,
)
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.imports.histories import Pages
from tests.repairs.importing.making import HEADINGS, history, row
from tests.repairs.making import category_called, make_order, user_called

PAGES, S = "/repairs/imports", OrderState
ID, PHONE = "430102199001011238", "15111020077"
FULL = row(
    报修人="欧阳娜娜", 电话=PHONE, 紧急程度="加急", 维修人="张建国", 接单时间="2025/3/1 14:40",
    到场时间="2025年3月1日 15时05分", 处理结果="换阀门", 满意度="非常满意", 费用="￥1,080.50", 材料费=80, 人工费=1000,
)  # fmt: skip


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def supervisor(sign_in, owner):
    return sign_in("zhouhui")


H = Pages(address=PAGES, kind=RepairImport, words="categories", word="category", file="报修.xlsx")
sent, run_of, form_of, checked, stored = H.sent, H.run_of, H.form_of, H.checked, H.stored


def taken_over(client, db, estate, *rows, **given):
    """The orders it made, in the order of their numbers."""
    page, result = checked(client, db, estate, history(*rows), **given)
    assert result["refused"] == []
    answer = stored(client, db, page)
    assert answer.status_code == 302, answer.text
    db.expire_all()
    return list(db.scalars(select(RepairOrder).order_by(RepairOrder.number)))


def why(result):
    return [(entry["row"], entry["column"]) for entry in result["refused"]]


def steps(db, order):
    return db.scalars(select(RepairStep).where(RepairStep.repair_order_id == order.id).order_by(RepairStep.id)).all()


def at(hour, minute=0, day=1):
    """A moment of March 2025 in Shanghai."""
    return datetime(2025, 3, day, hour - 8, minute, tzinfo=UTC)


def test_the_whole_way(supervisor, db, estate, owner, flat):
    foot = ("合计", *[""] * 14, 1080.5, 80, 1000)
    page, result = checked(supervisor, db, estate, history(FULL, row(工单号="BX-2", 房号="9-9-999"), foot))
    assert db.scalar(select(func.count(RepairOrder.id))) == 0
    assert (result["file"], result["taken"], why(result)) == (2, 1, [(3, "房号")])
    assert "给排水 · 水管漏水" in supervisor.get(page).text
    assert stored(supervisor, db, page).status_code == 302
    assert run_of(db, page).state is ImportState.done
    order = db.scalars(select(RepairOrder)).one()
    zhang = user_called("zhangjg")
    told = (order.state, order.channel, order.source_number, order.unit_id, order.building_id, order.customer_id)
    assert told == (S.filed, Channel.imported, "BX-1", flat.id, flat.building_id, owner.id)
    assert (order.priority, order.priority_reason, order.emergency) == (Priority.urgent, PriorityReason.category, False)
    moments = (order.registered_at, order.accepted_at, order.arrived_at, order.finished_at)
    assert moments == (at(14, 30), at(14, 40), at(15, 5), at(16))
    assert (order.accept_due_at, order.arrive_due_at, order.finish_due_at, order.visit_due_on) == (None,) * 4
    assert (order.finished_by_id, order.result, order.satisfied) == (zhang.id, "换阀门", True)
    assert (order.caller, order.digits, order.tail) == ("欧阳娜娜", PHONE, "0077")
    assert order.payer is Payer.company
    assert "报修.xlsx" in order.registered_by
    taken = [(step.action, step.from_state, step.to_state, step.taken_by) for step in steps(db, order)]
    assert taken == [
        ("register", None, S.registered, taken[0][3]),
        ("accept", S.registered, S.accepted, "张建国"),
        ("arrive", S.accepted, S.on_site, "张建国"),
        ("finish", S.on_site, S.done, "张建国"),
        ("file", S.done, S.filed, "周慧"),
    ]
    lines = db.execute(select(RepairLine.kind, RepairLine.quantity, RepairLine.amount).order_by(RepairLine.id)).all()
    assert [tuple(line) for line in lines] == [
        (LineKind.material, 1, 80),
        (LineKind.labour, 1, 1000),
        (LineKind.labour, 1, Decimal("0.50")),
    ]
    visit = db.scalars(select(ReturnVisit)).one()
    assert (visit.satisfied, visit.score, visit.words) == (True, None, "非常满意")
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "RepairsTakenOver")).one()
    assert (entry.data["orders"], entry.data["unfinished"], entry.data["refused"]) == (1, 0, 1)
    assert supervisor.get(page).status_code == 200
    assert supervisor.get(f"{PAGES}/").status_code == 200


def test_our_numbers_are_of_the_month_of_the_import_and_without_gaps(supervisor, db, estate):
    rows = [row(工单号=f"BX-{n}", 报修时间=f"2024-0{n}-05", 完成时间=f"2024-0{n}-06") for n in (1, 2, 3)]
    with telling(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        orders = taken_over(supervisor, db, estate, *rows)
    assert [order.number for order in orders] == ["W2611-0001", "W2611-0002", "W2611-0003"]
    assert {order.number for order in orders} == set(db.scalars(select(Number.text).where(Number.text.like("W%"))))


def test_the_same_file_again_doubles_nothing(supervisor, db, estate):
    """With numbers of the company's, and without any."""
    bare = row(工单号="", 报修时间="2025-03-02 09:00", 完成时间="2025-03-02 10:00")
    page, _result = checked(supervisor, db, estate, history(FULL, bare))
    stored(supervisor, db, page)
    assert stored(supervisor, db, page).status_code == 422
    other = row(工单号="", 报修时间="2025-03-02 09:05", 完成时间="2025-03-02 10:00")
    again, result = checked(supervisor, db, estate, history(FULL, bare, other))
    assert (result["taken"], [entry["row"] for entry in result["standing_rows"]], result["refused"]) == (1, [2, 3], [])
    shown = supervisor.get(again).text
    assert "已有：2 行" in shown
    assert "没有未导入的内容" in shown, "what is there already wants no correcting"
    assert "refused.xlsx" not in shown
    stored(supervisor, db, again)
    assert db.scalar(select(func.count(RepairOrder.id))) == 3
    assert supervisor.get(f"{again}/refused.xlsx").status_code == 409


def test_another_estate_may_have_the_same_number(supervisor, db, estate, other_estate):
    make_order(other_estate, S.filed, channel=Channel.imported, source_number="BX-1")
    assert [order.source_number for order in taken_over(supervisor, db, estate, FULL)] == ["BX-1", "BX-1"]


REFUSED = [
    ("no day", {"报修时间": ""}, "报修时间"),
    ("no such day", {"报修时间": "2025-02-30 10:00"}, "报修时间"),
    ("words", {"报修时间": "上周"}, "报修时间"),
    ("to come", {"报修时间": "2099-01-01"}, "报修时间"),
    ("year", {"报修时间": "1025-01-01"}, "报修时间"),
    ("unit", {"房号": "3-1-503"}, "房号"),
    ("no place", {"房号": ""}, "房号"),
    ("category", {"类别": "奇怪"}, "类别"),
    ("nothing said", {"报修内容": "", "类别": ""}, "类别"),
    ("priority", {"紧急程度": "马上"}, "紧急程度"),
    ("accepted", {"接单时间": "2025-03-01 14:00"}, "接单时间"),
    ("arrived", {"接单时间": "2025-03-01 15:00", "到场时间": "2025-03-01 14:50"}, "到场时间"),
    ("finished", {"完成时间": "2025-02-28"}, "完成时间"),
    ("finished to come", {"完成时间": "2099-01-01"}, "完成时间"),
    ("no end", {"完成时间": ""}, "完成时间"),
    ("negative", {"费用": -1}, "费用"),
    ("fen", {"材料费": 1.005}, "材料费"),
    ("parts", {"费用": 10, "材料费": 8, "人工费": 8}, "费用"),
]


def test_refused_rows_name_row_column_and_what_to_do(supervisor, db, estate):
    rows = [row(工单号=f"N{number}", **changes) for number, (_name, changes, _column) in enumerate(REFUSED)]
    page, result = checked(supervisor, db, estate, history(FULL, *rows, FULL))
    expected = [(number, column) for number, (_name, _changes, column) in enumerate(REFUSED, start=3)]
    assert why(result) == [*expected, (3 + len(REFUSED), "工单号")]
    assert all(entry["reason"] for entry in result["refused"])
    assert (result["taken"], result["file"]) == (1, 2 + len(REFUSED))
    book = openpyxl.load_workbook(BytesIO(supervisor.get(f"{page}/refused.xlsx").data))
    sheet = book.worksheets[0]
    assert (sheet.max_row, [cell.value for cell in sheet[1]][1:]) == (len(REFUSED) + 2, list(HEADINGS))


def test_the_refused_come_back_corrected(supervisor, db, estate, flat):
    """Excel's moments keep their time of day on the way there and back."""
    moment = datetime(2025, 3, 5, 9, 30)
    wrong = row(工单号="BX-9", 报修时间=moment, 完成时间=datetime(2025, 3, 5, 11, 45), 房号="3-1-503")
    content = workbook_of(FULL, wrong)
    page, result = checked(supervisor, db, estate, content)
    assert (result["taken"], why(result)) == (1, [(3, "房号")])
    stored(supervisor, db, page)
    book = openpyxl.load_workbook(BytesIO(supervisor.get(f"{page}/refused.xlsx").data))
    sheet = book.worksheets[0]
    assert sheet["C2"].value == moment
    sheet["D2"] = "3栋1单元502室"
    buffer = BytesIO()
    book.save(buffer)
    again, result = checked(supervisor, db, estate, buffer.getvalue())
    assert (result["taken"], result["refused"]) == (1, [])
    stored(supervisor, db, again)
    order = db.scalars(select(RepairOrder).where(RepairOrder.source_number == "BX-9")).one()
    assert (order.registered_at, order.finished_at, order.unit_id) == (at(9, 30, 5), at(11, 45, 5), flat.id)


def workbook_of(*rows) -> bytes:
    """With cells that Excel itself takes for moments."""
    book = openpyxl.Workbook()
    book.active.append(list(HEADINGS))
    for each in rows:
        book.active.append(list(each))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SPELLINGS = [
    ("2025-03-01 14:30", at(14, 30)),
    ("2025-03-01 14:30:59", at(14, 30)),
    ("2025/3/1 8:05", at(8, 5)),
    ("2025.3.1 14：30", at(14, 30)),
    ("2025年3月1日 14时30分", at(14, 30)),
    ("2025年3月1日14点", at(14)),
    ("2025年3月1日下午2:30", at(14, 30)),
    ("2025-03-01T14:30", at(14, 30)),
    ("20250301 1430", at(14, 30)),
    ("20250301143000", at(14, 30)),
    (45717.6041666667, at(14, 30)),
    ("2025-03-01", at(8).replace(hour=16, day=28, month=2)),
    (date(2025, 3, 1), at(8).replace(hour=16, day=28, month=2)),
]


@pytest.mark.parametrize(("told", "expected"), SPELLINGS, ids=[str(case[0]) for case in SPELLINGS])
def test_times_in_every_spelling(supervisor, db, estate, told, expected):
    [order] = taken_over(supervisor, db, estate, row(报修时间=told, 完成时间="2025-03-02"))
    assert order.registered_at == expected


def test_a_day_alone_is_no_earlier_than_what_came_before_it(supervisor, db, estate):
    [order] = taken_over(
        supervisor, db, estate, row(接单时间="2025-03-01", 到场时间="2025-03-01 15:00", 完成时间="2025-03-01")
    )
    assert (order.accepted_at, order.arrived_at, order.finished_at) == (at(14, 30), at(15), at(15))


def test_whose_it_was_on_that_day(supervisor, db, estate):
    """The tenant before the owner; the owner of the day; nobody before anybody came."""
    flat = make.make_unit(estate, "3-1-601")
    seller, buyer, tenant = (make.make_customer(estate, name) for name in ("陈一", "林二", "周三"))
    make.make_occupancy(seller, flat, starts=date(2024, 1, 1), ends=date(2025, 2, 1))
    make.make_occupancy(buyer, flat, starts=date(2025, 2, 1))
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2025, 3, 1), ends=date(2025, 4, 1))
    days = ["2023-12-31", "2025-01-31", "2025-02-01", "2025-03-31", "2025-04-01"]
    rows = [row(工单号=f"N{n}", 房号="3-1-601", 报修时间=day, 完成时间=day) for n, day in enumerate(days)]
    found = [order.customer_id for order in taken_over(supervisor, db, estate, *rows)]
    assert found == [None, seller.id, buyer.id, tenant.id, buyer.id]


def test_each_file_says_once_what_was_taken_over(supervisor, db, estate, owner):
    rows = [row(工单号=f"N{n}", 报修时间=f"2025-03-0{n}", 完成时间="2025-03-09") for n in (1, 2, 3)]
    outside = row(工单号="N9", 房号="", 位置="小区东门")
    orders = taken_over(supervisor, db, estate, *rows, outside)
    assert (orders[3].customer_id, orders[3].spot) == (None, "小区东门")
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "PastRepairsTakenOver")).one()
    assert (entry.data["customer_id"], entry.data["orders"]) == (owner.id, 3)
    assert (entry.data["begins"], entry.data["ends"]) == ("2025-03-01", "2025-03-03")
    shown = supervisor.get(f"/tenants/customers/{owner.id}").text
    assert shown.count("报修.xlsx") == 1


def test_who_mended_it_in_words_where_it_is_nobody_of_ours(supervisor, db, estate):
    first, second, third = taken_over(
        supervisor,
        db,
        estate,
        row(工单号="N1", 维修人="王师傅", 处理结果="已换"),
        row(工单号="N2", 维修人="王师傅、张建国"),
        row(工单号="N3"),
    )
    assert (first.finished_by_id, "王师傅" in first.result, first.result.startswith("已换")) == (None, True, True)
    assert (second.finished_by_id, "王师傅" in second.result) == (user_called("zhangjg").id, True)
    assert (third.finished_by_id, third.result) == (None, "")


ANSWERS = [
    ("满意", (True, None, "满意")),
    ("不满意", (False, None, "不满意")),
    ("5", (True, 5, "5")),
    ("2分", (False, 2, "2分")),
    ("无人接听", (None, None, "无人接听")),
    ("未回访", None),
    ("", None),
]


@pytest.mark.parametrize(("told", "expected"), ANSWERS, ids=[case[0] for case in ANSWERS])
def test_what_the_customer_said(supervisor, db, estate, told, expected):
    [order] = taken_over(supervisor, db, estate, row(满意度=told))
    visit = db.scalars(select(ReturnVisit)).one_or_none()
    assert (visit and (visit.satisfied, visit.score, visit.words)) == expected
    assert order.satisfied == (expected and expected[0])
    assert order.state is S.filed


PRIORITIES = [
    ({}, (Priority.urgent, PriorityReason.category, False)),
    ({"紧急程度": "紧急"}, (Priority.emergency, PriorityReason.said, True)),
    ({"紧急程度": "一般"}, (Priority.normal, PriorityReason.chosen, False)),
    ({"类别": "爆管跑水"}, (Priority.emergency, PriorityReason.category, False)),
]


@pytest.mark.parametrize(("changes", "expected"), PRIORITIES)
def test_how_urgent_it_was(supervisor, db, estate, changes, expected):
    [order] = taken_over(supervisor, db, estate, row(**changes))
    assert (order.priority, order.priority_reason, order.emergency) == expected


def test_unfinished_ones_only_when_somebody_says_so(supervisor, db, estate, owner):
    """As open jobs: promised from now on, to be dispatched, and before the customer's debt as any other."""
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    open_row = row(完成时间="", 维修人="张建国", 材料费=80)
    with telling(now):
        page, result = checked(supervisor, db, estate, history(open_row))
        assert (result["taken"], why(result)) == (0, [(2, "完成时间")])
        answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page), open_jobs="y"))
        assert answer.status_code == 302
        assert (run_of(db, page).result["taken"], run_of(db, page).result["unfinished"]) == (1, 1)
        stored(supervisor, db, page)
    order = db.scalars(select(RepairOrder)).one()
    assert (order.state, order.registered_at, order.worker_id) == (S.registered, at(14, 30), None)
    assert order.payer is Payer.customer
    taken = [(step.action, step.taken_at, step.from_state, step.to_state) for step in steps(db, order)]
    assert taken == [
        ("register", at(14, 30), None, S.registered),
        ("take_over", now, S.registered, S.registered),
    ]
    note = steps(db, order)[1].note
    assert [word in note for word in ("报修.xlsx", "张建国", "80")] == [True, True, True]
    assert now < order.accept_due_at < order.arrive_due_at < order.finish_due_at
    assert db.scalar(select(func.count(RepairLine.id))) == 0


def test_what_is_promised_for_an_open_job_is_what_its_next_step_reckons(supervisor, db, estate, work):
    from crm.repairs.orders.service import triage
    from tests.acting import as_

    [order] = taken_over(supervisor, db, estate, row(完成时间=""), open_jobs="y")
    promised = (order.accept_due_at, order.arrive_due_at, order.finish_due_at)
    with work(as_("sunhao")) as session:
        triage(session.get_one(RepairOrder, order.id))
    db.expire_all()
    assert (order.state, (order.accept_due_at, order.arrive_due_at, order.finish_due_at)) == (S.triaged, promised)


def test_several_words_may_mean_one_category(supervisor, db, estate):
    rows = [
        row(工单号=f"N{n}", 类别=word) for n, word in enumerate(("漏水", "水管", "", "给排水-水管漏水", "水管漏水维修"))
    ]
    page, result = checked(supervisor, db, estate, history(*rows))
    guessed = run_of(db, page).categories
    leak = str(category_called("水管漏水").id)
    assert guessed == {"漏水": "", "水管": leak, "–": "", "给排水-水管漏水": leak, "水管漏水维修": leak}
    assert why(result) == [(2, "类别"), (4, "类别")]
    lamp = str(category_called("楼道灯不亮", Place.public).id)
    said = form_of(run_of(db, page), categories={"漏水": leak, "–": lamp})
    assert supervisor.post(f"{page}/check", data=said).status_code == 302
    stored(supervisor, db, page)
    found = db.scalars(select(RepairOrder.category_id).order_by(RepairOrder.number))
    assert [str(category) for category in found] == [leak, leak, lamp, leak, leak]


def test_a_category_that_nobody_offers_is_not_taken(supervisor, db, estate):
    page = sent(supervisor, estate, history(FULL))
    data = form_of(run_of(db, page), categories={"水管漏水": "999999"})
    assert supervisor.post(f"{page}/check", data=data).status_code == 302
    assert run_of(db, page).categories["水管漏水"] == str(category_called("水管漏水").id)


def test_a_column_is_corrected_by_hand(supervisor, db, estate):
    """The row of headings first, then what stands under them."""
    page = sent(supervisor, estate, history(FULL, headings=("工单号", "什么时候", *HEADINGS[2:])))
    assert supervisor.post(f"{page}/check", data=form_of(run_of(db, page))).status_code == 422
    answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page)) | {"0-row": 1})
    assert answer.location == page
    assert "什么时候" in supervisor.get(page).text
    assert run_of(db, page).state is ImportState.uploaded
    data = form_of(run_of(db, page)) | {"0-column-B": "reported"}
    assert supervisor.post(f"{page}/check", data=data).status_code == 302
    assert run_of(db, page).result["taken"] == 1
    assert supervisor.post(f"{page}/check", data=data).status_code == 422, "an older page"


def test_text_files_and_what_is_no_table(supervisor, db, estate):
    text = "\n".join(",".join(f'"{cell}"' for cell in each) for each in (HEADINGS, FULL))
    for encoding in ("gb18030", "utf-8"):
        _page, result = checked(supervisor, db, estate, text.encode(encoding), "报修.csv")
        assert (result["taken"], result["refused"]) == (1, [])
    for content in (b"", b"%PDF-1.4", b"PK\x03\x04cut"):
        answer = supervisor.post(f"{PAGES}/new", data={"estate_id": estate.id, "file": (BytesIO(content), "x.xlsx")})
        assert answer.status_code == 422


def test_nobody_s_numbers_are_shown_or_kept(supervisor, db, estate):
    """Wherever people write them; the telephone to be called alone stays, where telephones are kept."""
    told = f"欧阳{ID} {PHONE}"
    words = {
        "报修人": told,
        "报修内容": told,
        "处理结果": told,
        "满意度": told,
        "位置": told,
        "维修人": told,
        "电话": PHONE,
    }
    rows = [row(**words), row(工单号=ID, 房号="9-9-999", 类别=told, 报修内容=told)]
    page, result = checked(supervisor, db, estate, history(*rows))
    assert (result["taken"], len(result["refused"])) == (1, 1)
    shown = [supervisor.get(page).text, json.dumps([result, run_of(db, page).mapping, run_of(db, page).categories])]
    stored(supervisor, db, page)
    order = db.scalars(select(RepairOrder)).one()
    kept = [order.caller, order.problem, order.result, order.spot]
    kept += [text for step in steps(db, order) for text in (step.note, step.taken_by)]
    kept += db.scalars(select(ReturnVisit.words)).all()
    kept += [json.dumps(entry.data, ensure_ascii=False) for entry in db.scalars(select(LogEntry))]
    shown += [supervisor.get(page).text]
    assert [text for text in (*shown, *kept) if ID in text or PHONE in text] == []
    assert order.digits == PHONE


def test_who_may(sign_in, db, estate, other_estate, owner, work):
    """The desk's supervisor and the administrator, who sees no repairs; nobody another estate's."""
    office = sign_in("administrator")
    page, _result = checked(office, db, estate, history(FULL))
    assert stored(office, db, page).status_code == 302
    assert office.get(page).status_code == 200
    for other in ("dispatcher", "repair_worker", "service_desk"):
        assert sign_in(other).get(page).status_code == 403
    foreign = Actor(name="林青", permissions=frozenset(Permission), estate_ids=frozenset({other_estate.id}))
    with work(foreign), pytest.raises(NotFound):
        get_history(RepairImport, int(page.rsplit("/", 1)[1]))


def test_large_ones_in_the_background_and_gone_on_with(supervisor, db, estate, app, monkeypatch):
    """A runner that dies after a part: the next one does the rest."""
    monkeypatch.setattr(service, "LARGE", 1)
    monkeypatch.setattr(draft, "PART", 2)
    rows = [row(工单号=f"N{n}") for n in range(4)]
    page, result = checked(supervisor, db, estate, history(*rows))
    assert stored(supervisor, db, page).location.startswith("/jobs/")
    inner, calls = TAKING.store, []

    def dying(*given):
        if calls:
            raise KeyboardInterrupt
        calls.append(1)
        inner(*given)

    with monkeypatch.context() as patch:
        patch.setattr(TAKING, "store", dying)
        with pytest.raises(KeyboardInterrupt):
            runner.run_all(app)
    assert db.scalar(select(func.count(RepairOrder.id))) == 2
    assert stored(supervisor, db, page).status_code == 422
    assert supervisor.get(page).status_code == 200
    runner.run_all(app)
    run = run_of(db, page)
    assert (run.state, run.result) == (ImportState.done, result)
    counted = [db.scalar(select(func.count()).select_from(table)) for table in (RepairOrder, RepairImportRow)]
    assert counted == [4, 4]


def test_somebody_takes_the_same_over_meanwhile(supervisor, db, estate):
    page, _result = checked(supervisor, db, estate, history(FULL, row(工单号="BX-2")))
    make_order(estate, S.filed, channel=Channel.imported, source_number="BX-2")
    assert stored(supervisor, db, page).status_code == 302
    run = run_of(db, page)
    assert (len(run.result["standing_rows"]), run.result["taken"]) == (1, 1)
