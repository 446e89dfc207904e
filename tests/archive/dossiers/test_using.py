"""What something filed is used for: asked once a day for each dossier, every use in the log (P-04)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from crm.archive.dossiers import queries, service
from crm.archive.dossiers.events import DossierUsed
from crm.archive.dossiers.service import PURPOSES, Purpose, Used
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import Actor, permissions_of
from crm.auth.permissions import RoleName
from crm.dates import beginning_of, business_day, telling, utc_now
from crm.db import session
from crm.policy.service import change_entry
from tests import factories as make
from tests.archive.dossiers.acting import pdf

ASKED = "为什么要用"
ANSWER = {"purpose": "answer", "note": "欧阳女士来电"}


@pytest.fixture(autouse=True)
def noon():
    """Noon to come, at the company: no test begins on one day and ends on the next."""
    with telling(datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(4), tzinfo=UTC)):
        yield


@pytest.fixture
def dossier(estate):
    return make.make_dossier(estate)


@pytest.fixture
def address(sign_in, dossier):
    return file_of(sign_in, dossier)


def file_of(sign_in, dossier):
    """A document filed with its file, by the clerk."""
    data = {"slot": "registration_form", "form": "original", "file": (BytesIO(pdf()), "登记表.pdf")}
    client = sign_in("limin")
    client.post(f"/archive/dossiers/{dossier.id}/file", data=data)
    page = client.get(f"/archive/dossiers/{dossier.id}").text
    start = page.index(f"/archive/dossiers/{dossier.id}/files/")
    return page[start : page.index('"', start)]


def uses(db):
    return db.scalars(select(LogEntry).filter_by(kind=DossierUsed.__name__).order_by(LogEntry.id)).all()


def later(db, client, path, wait, **given):
    with telling(uses(db)[-1].at + wait):
        return client.open(path, **given)


def test_the_first_time_it_is_asked_and_goes_on_to_the_file(sign_in, db, dossier, address):
    client = sign_in("limin")
    page = client.get(address)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert [word in page.text for word in (ASKED, "答复客户", "档案整理", "其他")] == [True] * 4
    assert uses(db) == []
    answer = client.post(address, data=ANSWER)
    assert (answer.status_code, answer.location) == (303, address)
    assert client.get(address).data == pdf()
    [used] = uses(db)
    assert (used.actor, used.data["dossier_id"], used.data["title"]) == ("李敏", dossier.id, "入驻登记表")
    assert (used.data["code"], used.data["purpose"], used.data["note"]) == ("4-01", "answer", "欧阳女士来电")


def test_later_that_day_it_is_noted_with_the_same_purpose_unasked(sign_in, db, address):
    client = sign_in("limin")
    client.post(address, data=ANSWER)
    assert later(db, client, address, timedelta(minutes=2)).mimetype == "application/pdf"
    assert [(each.data["purpose"], each.data["note"]) for each in uses(db)] == [("answer", "欧阳女士来电")] * 2
    assert verify(db, []).sound


def test_it_is_asked_again_the_next_day_of_the_other_dossier_and_of_somebody_else(sign_in, db, estate, address):
    client, other = sign_in("limin"), file_of(sign_in, make.make_dossier(estate))
    client.post(address, data=ANSWER)
    assert ASKED in client.get(other).text
    assert ASKED in sign_in("archivist").get(address).text
    user = make.user_called("limin")
    third = make.make_dossier(estate)
    make.make_use(third, user, at=beginning_of_today(client) - timedelta(seconds=1))
    assert ASKED in client.get(file_of(sign_in, third)).text


def beginning_of_today(client):
    with client.application.app_context():
        return beginning_of(business_day())


def test_a_second_click_within_a_minute_is_no_second_use(sign_in, db, address):
    client = sign_in("limin")
    client.post(address, data=ANSWER)
    client.post(address, data=ANSWER)
    for given in ({}, {"method": "HEAD"}, {"headers": {"Range": "bytes=0-99"}}):
        assert later(db, client, address, timedelta(seconds=50), **given).mimetype == "application/pdf"
    assert len(uses(db)) == 1
    assert later(db, client, address, timedelta(minutes=2), method="HEAD").mimetype == "application/pdf"
    assert len(uses(db)) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"note": "查一下"}, "请选择用途。"),
        ({"purpose": "gossip", "note": "查一下"}, "field-wrong"),
        ({"purpose": "other", "note": " "}, "请写明用途。"),
        ({"purpose": "fees", "note": "查" * 201}, ""),
    ],
)
def test_what_says_nothing_is_refused_and_stays(sign_in, db, address, given, says):
    answer = sign_in("limin").post(address, data=given)
    assert answer.status_code == 422
    assert says in answer.text
    assert given["note"] in answer.text
    if given.get("purpose") == "fees":
        assert "checked" in answer.text
    assert uses(db) == []


def test_the_company_changes_its_purposes_and_old_uses_stay_readable(sign_in, db, work, dossier, address):
    client = sign_in("limin")
    client.post(address, data=ANSWER)
    with work():
        change_entry(PURPOSES, PURPOSES.get("answer"), "答复业主", active=False, version=0)
    page = sign_in("archivist").get(address).text
    assert "答复业主" not in page
    assert "核对费用" in page
    assert sign_in("archivist").post(address, data=ANSWER).status_code == 422
    assert "答复业主" in client.get(f"/archive/dossiers/{dossier.id}").text


def test_a_dossier_in_preparation_is_opened_unasked(sign_in, db, estate):
    manager = make.user_called("wanglei")
    forming = make.make_company_dossier(readers=[manager.id])
    kept = make.make_rendition(
        make.make_item(forming, "application", stage="arranged", filed_at=None, filed_by=""),
        make.make_upload(None, "dossier"),
    )
    answer = sign_in("wanglei").get(f"/archive/dossiers/{forming.id}/files/{kept.id}")
    assert ASKED not in answer.text
    printed = sign_in("wanglei").post(f"/archive/dossiers/{forming.id}/catalogue.pdf")
    assert printed.mimetype == "application/pdf"
    assert uses(db) == []


@pytest.mark.parametrize(("paper", "says"), [("catalogue", "归档文件目录"), ("volume_list", "卷内目录")])
def test_a_printed_list_is_a_use(sign_in, db, dossier, paper, says):
    client, path = sign_in("limin"), f"/archive/dossiers/{dossier.id}/{paper}.pdf"
    first = client.post(path)
    assert (first.status_code, ASKED in first.text) == (422, True)
    assert "field-wrong" not in first.text
    answer = client.post(path, data=ANSWER)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert client.post(path).mimetype == "application/pdf"
    assert len(uses(db)) == 1
    page = client.get(f"/archive/dossiers/{dossier.id}").text
    assert f"{says} · 答复客户 · 欧阳女士来电" in page


def test_the_file_of_another_dossier_and_of_a_foreign_estate_is_not_there(sign_in, db, estate, other_estate, address):
    client = sign_in("limin")
    number = address.rpartition("/")[2]
    other, foreign = make.make_dossier(estate), make.make_dossier(other_estate)
    for dossier in (other, foreign):
        for method in ("GET", "POST"):
            assert (
                client.open(f"/archive/dossiers/{dossier.id}/files/{number}", method=method, data=ANSWER).status_code
                == 404
            )
    assert uses(db) == []


def test_the_register_tells_who_used_what_and_what_for(sign_in, db, dossier, address):
    sign_in("limin").post(address, data=ANSWER)
    told = ["李敏", dossier.code, dossier.title, "4-01 入驻登记表", "答复客户", "欧阳女士来电"]
    for role in ("archivist", "general_manager", "auditor"):
        page = sign_in(role).get("/archive/uses").text
        assert [word for word in told if word not in page] == []
    assert sign_in("limin").get("/archive/uses").status_code == 403
    book = openpyxl.load_workbook(BytesIO(sign_in("archivist").get("/archive/uses?as=xlsx").data)).active
    assert [cell.value for cell in book[2]][1:] == [
        "李敏",
        dossier.code,
        dossier.title,
        "4-01 入驻登记表",
        "答复客户",
        "欧阳女士来电",
    ]


def test_the_register_is_filtered_by_person_dossier_and_period(sign_in, estate):
    early = make.make_dossier(estate, "王建国")
    make.make_use(early, make.user_called("limin"), at=utc_now() - timedelta(days=9), note="九天前")
    make.make_use(make.make_dossier(estate, "刘芳"), make.user_called("fengxue"), at=utc_now(), note="今天的")
    client = sign_in("archivist")
    shown = {
        "who=李敏": (True, False),
        "who=冯": (False, True),
        "q=王建国": (True, False),
        f"q={early.code}": (True, False),
        "since=今天": (False, True),
        "until=昨天": (True, False),
        "since=昨天&until=今天": (False, True),
        "who=%25": (False, False),
    }
    for query, found in shown.items():
        page = client.get(f"/archive/uses?{query}").text
        assert ("九天前" in page, "今天的" in page) == found, query
    for wrong in ("2026-02-30", "0001-01-01", "9999-12-31", "x"):
        assert client.get("/archive/uses", query_string={"until": wrong}).status_code == 409, wrong


def test_nobody_reads_of_the_use_of_a_dossier_that_they_do_not_see(work, estate, other_estate):
    make.make_use(make.make_dossier(other_estate))
    mine = make.make_use(make.make_dossier(estate))
    may = permissions_of([RoleName.auditor])
    with work(Actor(name="何静", permissions=may, user_id=1, estate_ids=frozenset([estate.id]))):
        assert [row.id for row in session().execute(queries.uses())] == [mine.id]


def test_each_list_is_a_use_of_its_own_and_once_a_minute_only(work, db, dossier):
    user = make.user_called("limin")
    actor = Actor(name=user.full_name, permissions=permissions_of([RoleName.service_desk]), user_id=user.id)
    for _ in range(2):
        with work(actor):
            service.note_use(dossier.id, Used(paper="dossier_list"), Purpose("audit", ""))
    with work(actor):
        service.note_use(dossier.id, Used(paper="volume_list"), Purpose("audit", ""))
    assert [each.data["paper"] for each in uses(db)] == ["dossier_list", "volume_list"]
