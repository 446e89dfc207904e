"""A history of complaints through the pages: understood, tried dry, taken over, sent again, refused by name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.models import Department
from crm.auth.permissions import Permission
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import (
    Channel,
    Complaint,
    ComplaintCallback,
    ComplaintCaller,
    ComplaintState,
    ComplaintStep,
    Outcome,
    SeverityReason,
)
from crm.complaints.cases.service import acknowledge
from crm.complaints.cases.service.steps import Said
from crm.complaints.categories.models import Severity
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.complaints.importing.service import TAKING
from crm.dates import telling
from crm.db import open_session
from crm.imports.histories import draft, service
from crm.imports.histories.queries import get_history
from crm.imports.models import ImportState
from crm.jobs import runner
from crm.numbering import Number
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.acting import as_
from tests.complaints.importing.making import HEADINGS, history, make_taken_over, row
from tests.complaints.making import category_called
from tests.imports.histories import Pages
from tests.repairs.making import user_called

PAGES, S = "/complaints/imports", ComplaintState
ID, PHONE = "430102199001011238", "15111020077"
FULL = row(
    投诉人="欧阳娜娜", 电话=PHONE, 投诉渠道="微信", 责任部门="工程部", 外包单位="保洁外包公司", 处理人="孙浩",
    首次回复时间="2025/3/1 14:40", 回复时间="2025年3月3日 15时05分", 处理结果="已劝导楼上", 满意度="非常满意",
    原因="邻里行为", 是否属实="属实",
)  # fmt: skip


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def owner(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def departments():
    """Of the cast."""
    with open_session() as db:
        return {each.name: each for each in db.scalars(select(Department))}


@pytest.fixture
def supervisor(sign_in, owner):
    return sign_in("zhouhui")


H = Pages(address=PAGES, kind=ComplaintImport, words="categories", word="category", file="投诉.xlsx")
sent, run_of, form_of, checked, stored = H.sent, H.run_of, H.form_of, H.checked, H.stored


def taken_over(client, db, estate, *rows, **given):
    """The cases it made, in the order of their numbers."""
    page, result = checked(client, db, estate, history(*rows), **given)
    assert result["refused"] == []
    answer = stored(client, db, page)
    assert answer.status_code == 302, answer.text
    db.expire_all()
    return list(db.scalars(select(Complaint).order_by(Complaint.number)))


def why(result):
    return [(entry["row"], entry["column"]) for entry in result["refused"]]


def steps(db, case):
    return db.scalars(
        select(ComplaintStep).where(ComplaintStep.complaint_id == case.id).order_by(ComplaintStep.id)
    ).all()


def caller_of(db, case):
    return db.scalars(select(ComplaintCaller).where(ComplaintCaller.complaint_id == case.id)).one()


def at(hour, minute=0, day=1):
    """A moment of March 2025 in Shanghai."""
    return datetime(2025, 3, day, hour - 8, minute, tzinfo=UTC)


def test_the_whole_way(supervisor, db, estate, owner, flat, departments):
    foot = ("合计", *[""] * (len(HEADINGS) - 1))
    page, result = checked(supervisor, db, estate, history(FULL, row(投诉单号="TS-2", 房号="9-9-999"), foot))
    assert db.scalar(select(func.count(Complaint.id))) == 0
    assert (result["file"], result["taken"], why(result)) == (2, 1, [(3, "房号")])
    assert "环境卫生 · 噪声扰民" in supervisor.get(page).text
    assert stored(supervisor, db, page).status_code == 302
    assert run_of(db, page).state is ImportState.done
    case, sun = db.scalars(select(Complaint)).one(), user_called("sunhao")
    told = (case.state, case.channel, case.source_number, case.unit_id, case.building_id, case.customer_id)
    assert told == (S.filed, Channel.imported, "TS-1", flat.id, flat.building_id, owner.id)
    assert (case.severity, case.severity_reason) == (Severity.ordinary, SeverityReason.category)
    moments = (case.received_at, case.acknowledged_at, case.replied_at, case.closed_at)
    assert moments == (at(14, 30), at(14, 40), at(15, 5, 3), at(16, 0, 3))
    assert (case.answer_due_at, case.result_due_at, case.callback_due_on) == (None,) * 3
    assert (case.about_department_id, case.contractor) == (departments["工程维修部"].id, "cleaning")
    assert (case.handler_id, case.reply, case.satisfied) == (sun.id, "已劝导楼上", True)
    assert (case.cause, case.cause_words, case.outcome) == ("neighbour", "邻里行为", Outcome.justified)
    caller = caller_of(db, case)
    assert (caller.customer_id, caller.name, caller.digits, caller.tail) == (owner.id, "欧阳娜娜", PHONE, "0077")
    assert (caller.channel, caller.anonymous, caller.unit_id) == (Channel.message, False, flat.id)
    taken = [(step.action, step.from_state, step.to_state, step.taken_by) for step in steps(db, case)]
    assert taken == [
        ("receive", None, S.received, taken[0][3]),
        ("acknowledge", S.received, S.acknowledged, "孙浩"),
        ("reply", S.acknowledged, S.replied, "孙浩"),
        ("close", S.replied, S.closed, taken[0][3]),
        ("take_over", S.closed, S.filed, "周慧"),
    ]
    assert "投诉.xlsx" in taken[0][3]
    visit = db.scalars(select(ComplaintCallback)).one()
    assert (visit.caller_id, visit.satisfied, visit.score, visit.words) == (caller.id, True, None, "非常满意")
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "ComplaintsTakenOver")).one()
    assert (entry.data["complaints"], entry.data["unfinished"], entry.data["refused"]) == (1, 0, 1)
    assert supervisor.get(page).status_code == 200
    assert supervisor.get(f"{PAGES}/").status_code == 200


def test_our_numbers_are_of_the_month_of_the_import_and_without_gaps(supervisor, db, estate):
    rows = [row(投诉单号=f"TS-{n}", 投诉时间=f"2024-0{n}-05", 办结时间=f"2024-0{n}-06") for n in (1, 2, 3)]
    with telling(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        cases = taken_over(supervisor, db, estate, *rows)
    assert [case.number for case in cases] == ["T2611-0001", "T2611-0002", "T2611-0003"]
    assert {case.number for case in cases} == set(db.scalars(select(Number.text).where(Number.text.like("T%"))))


def test_the_same_file_again_doubles_nothing(supervisor, db, estate):
    """With numbers of the company's, and without any."""
    bare = row(投诉单号="", 投诉时间="2025-03-02 09:00")
    page, _result = checked(supervisor, db, estate, history(FULL, bare))
    stored(supervisor, db, page)
    assert stored(supervisor, db, page).status_code == 422
    other = row(投诉单号="", 投诉时间="2025-03-02 09:05")
    again, result = checked(supervisor, db, estate, history(FULL, bare, other))
    assert (result["taken"], [entry["row"] for entry in result["standing_rows"]], result["refused"]) == (1, [2, 3], [])
    assert "refused.xlsx" not in supervisor.get(again).text
    stored(supervisor, db, again)
    assert db.scalar(select(func.count(Complaint.id))) == 3
    assert supervisor.get(f"{again}/refused.xlsx").status_code == 409


def test_another_estate_may_have_the_same_number(supervisor, db, estate, other_estate):
    make_taken_over(other_estate, source_number="TS-1")
    assert sorted(case.source_number for case in taken_over(supervisor, db, estate, FULL)) == ["TS-1", "TS-1"]


REFUSED = [
    ("estate", {"小区": "别的小区"}, "小区"),
    ("no day", {"投诉时间": ""}, "投诉时间"),
    ("no such day", {"投诉时间": "2025-02-30 10:00"}, "投诉时间"),
    ("words", {"投诉时间": "上周"}, "投诉时间"),
    ("to come", {"投诉时间": "2099-01-01"}, "投诉时间"),
    ("year", {"投诉时间": "1025-01-01"}, "投诉时间"),
    ("unit", {"房号": "3-1-503"}, "房号"),
    ("no place", {"房号": ""}, "房号"),
    ("category", {"投诉类别": "奇怪"}, "投诉类别"),
    ("nothing said", {"投诉内容": "", "投诉类别": ""}, "投诉类别"),
    ("anonymous", {"是否匿名": "也许"}, "是否匿名"),
    ("answered", {"首次回复时间": "2025-03-01 14:00"}, "首次回复时间"),
    ("replied", {"首次回复时间": "2025-03-02 15:00", "回复时间": "2025-03-02 14:50"}, "回复时间"),
    ("closed", {"办结时间": "2025-02-28"}, "办结时间"),
    ("closed to come", {"办结时间": "2099-01-01"}, "办结时间"),
    ("no end", {"办结时间": ""}, "办结时间"),
    ("justified", {"是否属实": "差不多"}, "是否属实"),
]
WITH_ESTATE = ("小区", *HEADINGS)


def in_an_estate(cells, estate="阳光花园", **changes):
    facts = dict(zip(HEADINGS, cells, strict=True))
    return tuple(({"小区": estate} | facts | changes).values())


def test_refused_rows_name_row_column_and_what_to_do(supervisor, db, estate):
    rows = [
        in_an_estate(row(投诉单号=f"N{number}"), estate.name, **changes)
        for number, (_name, changes, _column) in enumerate(REFUSED)
    ]
    good = in_an_estate(FULL, estate.name)
    page, result = checked(supervisor, db, estate, history(good, *rows, good, headings=WITH_ESTATE))
    expected = [(number, column) for number, (_name, _changes, column) in enumerate(REFUSED, start=3)]
    assert why(result) == [*expected, (3 + len(REFUSED), "投诉单号")]
    assert all(entry["reason"] for entry in result["refused"])
    assert (result["taken"], result["file"]) == (1, 2 + len(REFUSED))
    book = openpyxl.load_workbook(BytesIO(supervisor.get(f"{page}/refused.xlsx").data))
    sheet = book.worksheets[0]
    assert (sheet.max_row, [cell.value for cell in sheet[1]][1:]) == (len(REFUSED) + 2, list(WITH_ESTATE))


def test_who_complained(supervisor, db, estate, flat, owner):
    """By name, else whoever lived there on that day; nobody where somebody wants to stay unnamed, or is not found."""
    tenant = make.make_customer(estate, "周三")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2025, 3, 1), ends=date(2025, 4, 1))
    rows = [
        row(投诉单号="N1", 投诉人="欧阳 娜娜"),
        row(投诉单号="N2", 投诉人="周三", 投诉时间="2025-02-01", 办结时间="2025-05-01"),
        row(投诉单号="N3", 投诉人="李女士"),
        row(投诉单号="N4", 投诉人="欧阳娜娜", 是否匿名="是"),
        row(投诉单号="N5", 投诉人="匿名"),
        row(投诉单号="N6", 房号="", 位置="小区东门", 电话=PHONE),
        row(投诉单号="N7", 房号="", 位置="小区东门"),
        row(投诉单号="N8", 房号="", 位置="小区东门", 投诉人="过路人"),
    ]
    cases = taken_over(supervisor, db, estate, *rows)
    callers = [caller_of(db, case) for case in cases]
    assert [each.customer_id for each in callers] == [owner.id, tenant.id, tenant.id, *[None] * 5]
    assert [each.anonymous for each in callers] == [False, False, False, True, True, False, True, False]
    assert [case.customer_id for case in cases] == [each.customer_id for each in callers]
    assert (bool(callers[5].name), callers[5].digits) == (True, PHONE)
    assert callers[7].name == "过路人"


def test_whoever_wants_no_name_is_not_told_by_the_unit(supervisor, db, estate, flat, owner):
    """The building alone is where it is; taken over again it stands all the same. Who is only unknown hides nothing."""
    content = history(
        row(投诉单号="", 是否匿名="是"),
        row(投诉单号="", 投诉人="匿名", 投诉时间="2025-03-02 09:00"),
        row(投诉单号="N3", 投诉时间="2024-03-02 09:00"),
    )
    page, _result = checked(supervisor, db, estate, content)
    stored(supervisor, db, page)
    *unnamed, other = db.scalars(select(Complaint).order_by(Complaint.number))
    assert [(case.unit_id, case.building_id) for case in unnamed] == [(None, flat.building_id)] * 2
    assert [caller_of(db, case).unit_id for case in (*unnamed, other)] == [flat.id] * 3
    assert other.unit_id == flat.id
    shown = supervisor.get(f"/tenants/units/{flat.id}").text
    assert [case.number in shown for case in (*unnamed, other)] == [False, False, True]
    _again, result = checked(supervisor, db, estate, content)
    assert (result["taken"], [entry["row"] for entry in result["standing_rows"]]) == (0, [2, 3, 4])


def test_of_an_open_one_no_word_is_lost(supervisor, db, estate):
    told = row(办结时间="", 满意度="不满意，还在吵", 是否属实="部分属实", 处理结果="劝导过")
    [case] = taken_over(supervisor, db, estate, told, open_cases="1")
    assert (case.state, case.satisfied, case.outcome) == (S.received, None, None)
    note = steps(db, case)[-1].note
    assert [word for word in ("不满意，还在吵", "部分属实", "劝导过") if word not in note] == []


def test_real_names_asked_for_instead_of_anonymity(supervisor, db, estate):
    headings = tuple("是否实名" if name == "是否匿名" else name for name in HEADINGS)
    rows = [
        row(投诉单号=f"N{n}", 投诉人="李女士", 是否匿名=word) for n, word in enumerate(("是", "否", "匿名", "实名"))
    ]
    page, _result = checked(supervisor, db, estate, history(*rows, headings=headings))
    stored(supervisor, db, page)
    found = db.scalars(select(ComplaintCaller.anonymous).order_by(ComplaintCaller.complaint_id))
    assert list(found) == [False, True, True, False]


def test_what_nothing_here_is_called_by_stays_in_words(supervisor, db, estate, departments):
    [case] = taken_over(
        supervisor,
        db,
        estate,
        row(责任部门="飞行部", 外包单位="长风", 处理人="王师傅、孙浩", 投诉渠道="飞鸽", 原因="说不清"),
    )
    assert (case.about_department_id, case.contractor, case.cause, case.cause_words) == (None, "", "", "说不清")
    assert (case.handler_id, case.outcome) == (user_called("sunhao").id, None)
    note = steps(db, case)[-1].note
    assert [word in note for word in ("飞行部", "长风", "王师傅", "飞鸽")] == [True] * 4


DEPARTMENTS = [
    ("工程维修部", "工程维修部"),
    ("工程部", "工程维修部"),
    ("客服部", "客户服务部"),
    ("财务", "财务部"),
    ("部", None),
]


@pytest.mark.parametrize(("word", "name"), DEPARTMENTS)
def test_short_names_of_departments(supervisor, db, estate, departments, word, name):
    [case] = taken_over(supervisor, db, estate, row(责任部门=word))
    assert case.about_department_id == (departments[name].id if name else None)


def test_the_hotline_makes_it_urgent(supervisor, db, estate):
    first, second = taken_over(
        supervisor, db, estate, row(投诉单号="N1", 投诉渠道="12345"), row(投诉单号="N2", 投诉类别="高空抛物")
    )
    assert (first.severity, first.severity_reason) == (Severity.urgent, SeverityReason.hotline)
    assert (second.severity, second.severity_reason) == (Severity.urgent, SeverityReason.category)


ENDS = [
    ({"回复时间": "2025-03-02 10:00"}, (at(10, day=2), at(16, day=3))),
    ({}, (at(16, day=3), at(16, day=3))),
]


@pytest.mark.parametrize(("changes", "expected"), ENDS)
def test_what_is_closed_was_replied_to(supervisor, db, estate, changes, expected):
    [case] = taken_over(supervisor, db, estate, row(**changes))
    assert (case.replied_at, case.closed_at) == expected


def test_without_a_column_for_the_end_the_reply_is_the_end(supervisor, db, estate):
    headings = tuple("别的" if name == "办结时间" else name for name in HEADINGS)
    content = history(row(回复时间="2025-03-02 10:00"), row(投诉单号="TS-2", 回复时间=""), headings=headings)
    page, result = checked(supervisor, db, estate, content)
    assert (result["taken"], [entry["row"] for entry in result["refused"]]) == (1, [3])
    stored(supervisor, db, page)
    assert db.scalars(select(Complaint.closed_at)).one() == at(10, day=2)


ANSWERS = [
    ("满意", (True, None, "满意")),
    ("不满意", (False, None, "不满意")),
    ("2分", (False, 2, "2分")),
    ("无人接听", (None, None, "无人接听")),
    ("未回访", None),
    ("", None),
]


@pytest.mark.parametrize(("told", "expected"), ANSWERS, ids=[case[0] for case in ANSWERS])
def test_what_the_customer_said(supervisor, db, estate, told, expected):
    [case] = taken_over(supervisor, db, estate, row(满意度=told))
    visit = db.scalars(select(ComplaintCallback)).one_or_none()
    assert (visit and (visit.satisfied, visit.score, visit.words)) == expected
    assert case.satisfied == (expected and expected[0])
    assert case.state is S.filed


def test_each_file_says_once_what_was_taken_over(supervisor, db, estate, owner):
    """Nothing of what somebody complained of without a name."""
    rows = [row(投诉单号=f"N{n}", 投诉时间=f"2025-03-0{n}", 办结时间="2025-03-09") for n in (1, 2, 3)]
    taken_over(supervisor, db, estate, *rows, row(投诉单号="N9", 投诉人="欧阳娜娜", 是否匿名="是"))
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "PastComplaintsTakenOver")).one()
    assert (entry.data["customer_id"], entry.data["complaints"]) == (owner.id, 3)
    assert (entry.data["begins"], entry.data["ends"]) == ("2025-03-01", "2025-03-03")
    assert supervisor.get(f"/tenants/customers/{owner.id}").text.count("投诉.xlsx") == 1


def test_open_ones_only_when_somebody_says_so(supervisor, db, estate, owner, departments):
    """Received anew: promised from now on, with what was done before in words."""
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    open_row = row(办结时间="", 处理人="孙浩", 首次回复时间="2025-03-01 15:00", 责任部门="工程部", 处理结果="约了楼上")
    with telling(now):
        page, result = checked(supervisor, db, estate, history(open_row))
        assert (result["taken"], why(result)) == (0, [(2, "办结时间")])
        answer = supervisor.post(f"{page}/check", data=form_of(run_of(db, page), open_cases="y"))
        assert answer.status_code == 302
        assert (run_of(db, page).result["taken"], run_of(db, page).result["unfinished"]) == (1, 1)
        stored(supervisor, db, page)
    case = db.scalars(select(Complaint)).one()
    assert (case.state, case.received_at, case.handler_id, case.acknowledged_at) == (S.received, at(14, 30), None, None)
    assert (case.reply, case.wants_callback, case.about_department_id) == ("", True, departments["工程维修部"].id)
    taken = [(step.action, step.taken_at, step.from_state, step.to_state) for step in steps(db, case)]
    assert taken == [
        ("receive", at(14, 30), None, S.received),
        ("take_over", now, S.received, S.received),
    ]
    note = steps(db, case)[1].note
    assert [word in note for word in ("投诉.xlsx", "孙浩", "2025-03-01 15:00", "约了楼上")] == [True] * 4
    assert now < case.answer_due_at < case.result_due_at
    assert case.result_due_at.date() == date(2026, 11, 27)


def test_what_is_promised_for_an_open_one_is_what_its_next_step_reckons(supervisor, db, estate, work):
    [case] = taken_over(supervisor, db, estate, row(办结时间=""), open_cases="y")
    promised = (case.answer_due_at, case.result_due_at)
    with work(as_("limin")) as session:
        assert faults() == []
        acknowledge(session.get_one(Complaint, case.id), Said(note="马上去看"))
    db.expire_all()
    assert (case.state, (case.answer_due_at, case.result_due_at)) == (S.acknowledged, promised)
    assert case.acknowledged_at > case.received_at


def test_whom_an_open_one_is_about_must_be_known(supervisor, db, estate, departments):
    """Who may close it depends on it."""
    _page, result = checked(supervisor, db, estate, history(row(办结时间="", 责任部门="飞行部")), open_cases="y")
    assert why(result) == [(2, "责任部门")]


def test_several_words_may_mean_one_category(supervisor, db, estate):
    rows = [row(投诉单号=f"N{n}", 投诉类别=word) for n, word in enumerate(("吵闹", "噪声", "", "环境卫生-噪声扰民"))]
    page, result = checked(supervisor, db, estate, history(*rows))
    noise = str(category_called("噪声扰民").id)
    assert run_of(db, page).categories == {"吵闹": "", "噪声": noise, "–": "", "环境卫生-噪声扰民": noise}
    assert why(result) == [(2, "投诉类别"), (4, "投诉类别")]
    said = form_of(run_of(db, page), categories={"吵闹": noise, "–": str(category_called("其他").id)})
    assert supervisor.post(f"{page}/check", data=said).status_code == 302
    stored(supervisor, db, page)
    assert db.scalar(select(func.count(Complaint.id))) == 4


def test_text_files_and_what_is_no_table(supervisor, db, estate):
    text = "\n".join(",".join(f'"{cell}"' for cell in each) for each in (HEADINGS, FULL))
    for encoding in ("gb18030", "utf-8"):
        _page, result = checked(supervisor, db, estate, text.encode(encoding), "投诉.csv")
        assert (result["taken"], result["refused"]) == (1, [])
    for content in (b"", b"%PDF-1.4", b"PK\x03\x04cut"):
        answer = supervisor.post(f"{PAGES}/new", data={"estate_id": estate.id, "file": (BytesIO(content), "x.xlsx")})
        assert answer.status_code == 422


def test_nobody_s_numbers_are_shown_or_kept(supervisor, db, estate):
    """Wherever people write them; the telephone to be called alone stays, where telephones are kept."""
    told = f"欧阳{ID} {PHONE}"
    fields = ("投诉人", "投诉内容", "处理结果", "满意度", "位置", "处理人", "原因", "责任部门", "外包单位", "投诉渠道")
    words = dict.fromkeys(fields, told) | {"电话": PHONE}
    rows = [row(**words), row(投诉单号=ID, 房号="9-9-999", 投诉类别=told, 投诉内容=told)]
    page, result = checked(supervisor, db, estate, history(*rows))
    assert (result["taken"], len(result["refused"])) == (1, 1)
    shown = [supervisor.get(page).text, json.dumps([result, run_of(db, page).mapping, run_of(db, page).categories])]
    stored(supervisor, db, page)
    case = db.scalars(select(Complaint)).one()
    caller = caller_of(db, case)
    kept = [caller.name, case.words, case.reply, case.spot, case.cause_words]
    kept += [text for step in steps(db, case) for text in (step.note, step.taken_by)]
    kept += db.scalars(select(ComplaintCallback.words)).all()
    kept += [json.dumps(entry.data, ensure_ascii=False) for entry in db.scalars(select(LogEntry))]
    shown += [supervisor.get(page).text]
    assert [text for text in (*shown, *kept) if ID in text or PHONE in text] == []
    assert caller.digits == PHONE


def test_who_may(sign_in, db, estate, other_estate, owner, work):
    """The desk's supervisor; nobody another estate's."""
    desk = sign_in("zhouhui")
    page, _result = checked(desk, db, estate, history(FULL))
    assert stored(desk, db, page).status_code == 302
    for other in ("dispatcher", "repair_worker", "service_desk", "archivist"):
        assert sign_in(other).get(page).status_code == 403
        assert sign_in(other).post(f"{page}/run").status_code == 403
    foreign = Actor(name="林青", permissions=frozenset(Permission), estate_ids=frozenset({other_estate.id}))
    with work(foreign), pytest.raises(NotFound):
        get_history(ComplaintImport, int(page.rsplit("/", 1)[1]))


def test_large_ones_in_the_background_and_gone_on_with(supervisor, db, estate, app, monkeypatch):
    """A runner that dies after a part: the next one does the rest."""
    monkeypatch.setattr(service, "LARGE", 1)
    monkeypatch.setattr(draft, "PART", 2)
    rows = [row(投诉单号=f"N{n}") for n in range(4)]
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
    assert db.scalar(select(func.count(Complaint.id))) == 2
    assert stored(supervisor, db, page).status_code == 422
    assert supervisor.get(page).status_code == 200
    runner.run_all(app)
    run = run_of(db, page)
    assert (run.state, run.result) == (ImportState.done, result)
    counted = [db.scalar(select(func.count()).select_from(table)) for table in (Complaint, ComplaintImportRow)]
    assert counted == [4, 4]


def test_somebody_takes_the_same_over_meanwhile(supervisor, db, estate):
    page, _result = checked(supervisor, db, estate, history(FULL, row(投诉单号="TS-2")))
    make_taken_over(estate, source_number="TS-2")
    assert stored(supervisor, db, page).status_code == 302
    run = run_of(db, page)
    assert (len(run.result["standing_rows"]), run.result["taken"]) == (1, 1)
