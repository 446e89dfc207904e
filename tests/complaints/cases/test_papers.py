"""投诉处理单: what stands on it and what does not, into whose dossier it goes, and what the reply letter says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from crm.archive.dossiers.models import Dossier, Item
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.complaints.cases import papers, service
from crm.complaints.cases.models import (
    About,
    Channel,
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintLink,
    ComplaintState,
    CorrectiveAction,
    LinkKind,
    Outcome,
)
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Complained
from crm.complaints.cases.service.calling_back import Heard
from crm.complaints.cases.service.classifying import Judged
from crm.complaints.cases.service.ending import Found
from crm.complaints.cases.service.steps import STEPS, Said
from crm.complaints.cases.wording import unreached_in_words
from crm.complaints.categories.models import ComplaintCategory, Severity
from crm.dates import telling
from crm.db import session
from crm.jobs import runner
from crm.tenants import filing
from tests import factories as make
from tests.acting import as_
from tests.complaints.importing.making import make_taken_over
from tests.complaints.making import category_called, make_callback, make_caller, make_case, make_complained
from tests.repairs.making import user_called

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
PHONE, HIDDEN = "15111020077", "13907318899"
SEAL = "公司（盖章）"
UNNAMED, WORDS = "不愿署名的人", "楼上装修，晚上十点还在打孔"


@pytest.fixture
def flat(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def caller(estate, flat):
    return make.make_customer(estate, "欧阳娜娜", flat)


@pytest.fixture
def second(estate):
    return make.make_customer(estate, "周三", make.make_unit(estate, "3-1-402"))


@pytest.fixture
def neighbour(estate):
    return make.make_customer(estate, "林二", make.make_unit(estate, "3-1-602"))


@pytest.fixture
def case(estate, flat, caller, second, neighbour, work) -> Complaint:
    """Of three callers, one of whom does not want to be named: looked into, put right, replied to, and closed."""
    with telling(NOW):
        with work(as_("limin")) as db:
            complained = Complained(
                category=db.get_one(ComplaintCategory, category_called("装修扰民").id),
                words=WORDS,
                wish="晚上不要再打孔",
                about=About.neighbour,
                unit=db.merge(flat),
                about_customer_id=neighbour.id,
            )
            made = service.receive(estate.id, complained, Caller(customer_id=caller.id, unit_id=flat.id, digits=PHONE))
            service.note_caller(
                made, Caller(customer_id=second.id, name="周三", channel=Channel.counter, words="我家也吵")
            )
            service.note_caller(
                made,
                Caller(customer_id=neighbour.id, name=UNNAMED, digits=HIDDEN, anonymous=True, words="整栋都听得见"),
            )
            service.acknowledge(made, Said(note="马上派人去看"))
        with work(as_("zhouhui")) as db:
            worked_on(db.get_one(Complaint, made.id))
        with work(as_("limin")) as db:
            open_case = db.get_one(Complaint, made.id)
            service.call_back(
                open_case, Heard(satisfied=True, score=5, words="好多了", caller_id=first_caller(open_case))
            )
            service.call_back(open_case, Heard(satisfied=True, words="安静了", caller_id=first_caller(open_case) + 1))
            what_hangs_on_it(db, open_case)
            service.close(open_case, Found(cause="neighbour", words="业主不知道时间限制", outcome=Outcome.justified))
    return made


def first_caller(case):
    return papers.queries.callers_of(case.id)[0].id


def worked_on(case):
    judged = Judged(category=case_category(case), severity=Severity.ordinary, about=About.neighbour)
    service.classify(case, judged, user_called("zhouhui").id)
    service.investigate(case)
    service.plan(case, "约林二面谈，限定施工时间")
    service.act(case, Said(note="已面谈"))
    service.reply(case, "已与装修户约定晚上六点后不施工")


def case_category(case):
    return session().get_one(ComplaintCategory, case.category_id)


def what_hangs_on_it(db, case):
    owner, asked = user_called("zhouhui"), user_called("limin")
    action = {"what": "装修户入场时当面讲时间", "owner_id": owner.id, "due_on": date(2026, 12, 1)}
    action |= {"done_by_id": owner.id, "done_at": NOW, "done_words": "已改告知书", "added_by": "李敏", "added_at": NOW}
    action |= {"verified_by_id": asked.id, "verified_at": NOW, "verified_words": "看过告知书"}
    asking = {"kind": CompensationKind.goods, "amount": Decimal("66.50"), "reason": "受扰两周"}
    asking |= {"state": CompensationState.given, "asked_by_id": asked.id, "asked_by": "李敏", "asked_at": NOW}
    asking |= {"decided_by_id": owner.id, "decided_by": "周慧", "decided_at": NOW}
    asking |= {"given_on": date(2026, 11, 24), "given_by": "李敏", "reference": "领用单0007"}
    link = {"kind": LinkKind.repair_order, "thing_id": 1, "label": "W2611-0007", "linked_by": "李敏", "linked_at": NOW}
    things = (CorrectiveAction(**action), Compensation(**asking), ComplaintLink(**link))
    for thing in things:
        thing.complaint_id = case.id
    db.add_all(things)
    db.flush()


def pages_of(content):
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def test_the_whole_case_stands_on_it(sign_in, case):
    answer = sign_in("zhouhui").get(f"/complaints/{case.id}/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    text = "".join(pages_of(answer.data))
    said = (
        *("YH-TS-01", case.number, "3-1-502", "林二", WORDS, "晚上不要再打孔", "欧阳娜娜", "151****0077", "周三"),
        *("我家也吵", "整栋都听得见", "马上派人去看", "约林二面谈，限定施工时间", "已面谈"),
        *("已与装修户约定晚上六点后不施工", "好多了", "邻里行为", "业主不知道时间限制", "装修户入场时当面讲时间"),
        *("已改告知书", "66.50", "受扰两周", "W2611-0007"),
    )
    assert [words for words in said if words not in text] == []
    assert text.count("好多了") == 1, "what the customer said stands once"


def test_nobody_who_wants_to_stay_unnamed_is_on_it(sign_in, case):
    text = "".join(pages_of(sign_in("zhouhui").get(f"/complaints/{case.id}/sheet.pdf").data))
    assert [word for word in (UNNAMED, HIDDEN, HIDDEN[-4:], PHONE) if word in text] == []


def test_it_goes_into_the_dossiers_of_those_who_complained_by_name(db, app, work, case, caller, second, neighbour):
    """Once; nothing into the neighbour's, who also complained without a name."""
    with work():
        for each in (caller, second, neighbour):
            filing.note(each.id)
    runner.run_all(app)
    db.expire_all()
    found = db.execute(
        select(Dossier.subject_id, Item.doc_no, Item.source_id)
        .join(Dossier, Dossier.id == Item.dossier_id)
        .where(Item.source_kind == "complaint")
    ).all()
    assert sorted(map(tuple, found)) == sorted((each.id, case.number, case.id) for each in (caller, second))
    assert db.get_one(Complaint, case.id).state is ComplaintState.filed


def test_one_of_several_pages_has_its_signatures_at_the_end(estate, flat, caller, work, sign_in):
    with telling(NOW), work(as_("limin")) as db:
        complained = Complained(
            category=db.get_one(ComplaintCategory, category_called("装修扰民").id),
            words=WORDS * 20,
            unit=db.merge(flat),
        )
        made = service.receive(estate.id, complained, Caller(customer_id=caller.id))
    for number in range(60):
        with telling(NOW + timedelta(hours=number)), work(as_("limin")) as db:
            service.contact(db.get_one(Complaint, made.id), Said(note=f"第{number}次联系：" + "还在等施工方回复，" * 8))
    pages = pages_of(sign_in("zhouhui").get(f"/complaints/{made.id}/sheet.pdf").data)
    assert len(pages) > 3
    assert "第59次联系" in "".join(pages)
    assert [number for number, page in enumerate(pages, 1) if SEAL in page] == [len(pages)]


def test_what_was_over_when_it_came_promised_nothing(estate, sign_in):
    text = "".join(pages_of(sign_in("zhouhui").get(f"/complaints/{make_taken_over(estate).id}/sheet.pdf").data))
    assert "李女士" in text


def test_another_estate_s_and_whoever_sees_no_complaints(sign_in, case, other_estate, work):
    assert sign_in("repair_worker").get(f"/complaints/{case.id}/sheet.pdf").status_code == 403
    foreign = Actor(name="林青", permissions=frozenset(Permission), estate_ids=frozenset({other_estate.id}))
    with work(foreign), pytest.raises(NotFound):
        get_case(case.id)


@pytest.mark.parametrize("reached", [True, False])
def test_the_sheet_and_the_page_say_that_nobody_was_reached(estate, work, sign_in, reached):
    case = make_complained(estate, ComplaintState.acting)
    with telling(NOW), work(as_("limin")):
        service.reply(papers.queries.get_case(case.id), "已修好")
    with telling(NOW), work(as_("zhouhui")):
        for satisfied in (None, None, None, *([True] if reached else [])):
            service.call_back(papers.queries.get_case(case.id), Heard(satisfied=satisfied, words="响了很久"))
        found = Found(cause="response", words="班次排少了", outcome=Outcome.unjustified)
        service.close(papers.queries.get_case(case.id), found)
    with work(as_("zhouhui")):
        told = unreached_in_words(papers.queries.get_case(case.id), STEPS.of(case.id))
    assert bool(told) is not reached
    client = sign_in("zhouhui")
    page, sheet = client.get(f"/complaints/{case.id}").text, client.get(f"/complaints/{case.id}/sheet.pdf").data
    if not reached:
        assert "3" in told
        assert told in page
        assert "".join(told.split()) in "".join(pages_of(sheet))


@pytest.mark.parametrize(("over", "words"), [(False, "关机了"), (False, ""), (True, "一般"), (True, "")])
def test_a_call_back_in_which_nobody_was_reached_says_so(estate, sign_in, over, words):
    """Of a case that was over when it was taken over, the words of the file say what came of it."""
    case = make_taken_over(estate) if over else make_case(estate, ComplaintState.replied)
    make_callback(case, words=words)
    text = "".join(pages_of(sign_in("zhouhui").get(f"/complaints/{case.id}/sheet.pdf").data))
    assert ("没有接通" in text) is not (over and bool(words))
    assert words in text


def test_a_caller_is_called_as_in_the_file_on_the_sheet_and_on_the_page(estate, sign_in, work):
    case = make_case(estate)
    make_caller(case, make.make_customer(estate, "欧阳娜娜"), name="欧女士")
    make_caller(case, name="司马相如")
    page = sign_in("zhouhui").get(f"/complaints/{case.id}").text
    with work(as_("zhouhui")):
        assert [each.name for each in papers.sheet_of(get_case(case.id)).callers] == ["欧阳娜娜", "司马相如"]
    assert "欧阳娜娜" in page
    assert "欧女士" not in page
