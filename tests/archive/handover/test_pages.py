"""The pages: what each person is offered at each state, ticks, signatures, refusals, work lists, papers."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader, PdfWriter
from sqlalchemy import ColumnElement, select

from crm.archive.credit import queries as credit
from crm.archive.credit import service as projects
from crm.archive.credit.models import Project
from crm.archive.dossiers.models import IssuedPrint, Item
from crm.archive.handover.authority import not_entitled
from crm.archive.handover.models import (
    Grade,
    Handover,
    HandoverState,
    LineState,
    ListSignature,
    ListVersion,
    Party,
    Postponement,
    RegisterEntry,
    SupplementLine,
)
from crm.archive.handover.queries.authority import decider, matter_of
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.queries.work import work as waiting
from crm.archive.handover.service import postponing, supplements
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.db import session
from crm.demo.cast import DEMO_PASSWORD
from crm.notifications.models import Notification
from crm.worktime.queries import calendar
from tests import factories as make
from tests.archive.dossiers.acting import KEEPING
from tests.archive.handover.desk import ARCHIVIST, A, B, Desk, actor_called, actor_of, handover_row

S = HandoverState
SignIn = Callable[[str], FlaskClient]
READERS = (A, B, ARCHIVIST, "hanbing", "shentao", "tangfeng", "caoning", "xujing")
PASSWORD = {"confirming_password": DEMO_PASSWORD}


def at(desk: Desk, tail: str = "") -> str:
    return f"/archive/handover/{desk.handover_id}{tail}"


def version_of(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', client.get(path).text)
    assert found
    return found[1]


def send(client: FlaskClient, path: str, **data: str) -> int:
    return client.post(path, data={"version": version_of(client, path)} | data).status_code


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def pdf(pages: int) -> bytes:
    out, writer = BytesIO(), PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("state", S)
def test_every_reader_sees_the_page_at_every_state(desk: Desk, sign_in: SignIn, state: HandoverState) -> None:
    desk.bring_to(state)
    for who in READERS:
        answer = sign_in(who).get(at(desk))
        assert answer.status_code == 200, answer.text[-3000:]
        assert "鸿借字第" in answer.text


def test_strangers_see_nothing_of_it(desk: Desk, sign_in: SignIn, db) -> None:
    """Who may see projects but not this one gets 404; who may not see any 403."""
    row = handover_row(db, desk)
    project = db.get_one(Project, row.project_id)
    project.a_id, project.b_id = [key for key in range(1, 10) if key not in (project.a_id, project.b_id)][:2]
    db.commit()
    assert sign_in(A).get(at(desk)).status_code == 404
    assert sign_in(A).post(at(desk, "/issue")).status_code == 404
    assert sign_in("limin").get(at(desk)).status_code == 403
    assert sign_in(ARCHIVIST).post(at(desk, "/issue")).status_code == 403


OFFERED = {
    S.preparing: {A: {"documents/new", "issue", "postpone"}, B: set(), ARCHIVIST: set()},
    S.with_b: {A: set(), B: {"supplement", "return", "postpone"}, ARCHIVIST: set()},
    S.supplementing: {A: {"documents/new"}, B: {"supplement", "return", "postpone"}, ARCHIVIST: set()},
    S.coded: {A: set(), B: {"sign-b", "return", "audit-again", "postpone"}, ARCHIVIST: set()},
    S.checking: {A: set(), B: set(), ARCHIVIST: {"reject"}},
    S.filed: {A: set(), B: set(), ARCHIVIST: {"late/new"}},
}
STEPS = {
    "documents/new", "issue", "sign-a", "sign-b", "hand-to-b", "supplement", "return", "codes", "audit-again",
    "submit", "reject", "receive", "postpone", "late/new",
}  # fmt: skip


@pytest.mark.parametrize("state", S)
def test_everybody_is_offered_what_one_can_do_now_and_told_why_not_the_rest(
    desk: Desk, sign_in: SignIn, state: HandoverState
) -> None:
    desk.bring_to(state)
    for who, expected in OFFERED[state].items():
        client = sign_in(who)
        page = client.get(at(desk)).text
        links = set(re.findall(rf'href="{at(desk)}/([a-z/-]+)"', page))
        assert links & STEPS == expected, who
        for step in sorted(STEPS - expected):
            answer = client.get(at(desk, f"/{step}"))
            assert answer.status_code in (403, 409), (who, step)
            if answer.status_code == 409:
                assert re.search(r"[。.]", answer.text.split("fault-text")[1][:400])


def test_a_enters_counts_scans_and_marks(desk: Desk, sign_in: SignIn, db) -> None:
    client = sign_in(A)
    page = client.get(at(desk)).text
    new = unescape(re.findall(r'href="([^"]+/documents/new\?slot=\d+)"', page)[0])
    place = re.search(r'<option selected value="([^"]+)"', client.get(new).text)
    assert place
    typed = {"place": place[1], "title": "贷款申请书", "pages": "3", "sheets": "2", "form": "original"}
    for wrong in ({"pages": "0"}, {"pages": ""}, {"sheets": "-1"}, {"title": ""}, {"place": "0:0"}, {"pages": "很多"}):
        answer = client.post(new, data=typed | wrong)
        assert answer.status_code == 422, wrong
        assert "贷款申请书" in answer.text or wrong == {"title": ""}
    answer = client.post(new, data=typed | {"scan": (BytesIO(pdf(2)), "申请书.pdf")})
    assert answer.status_code == 302, answer.text
    shown = client.get(at(desk)).text
    assert re.search(r"3 / 2", shown)
    assert "申请书.pdf" in shown
    [scan] = re.findall(r'href="([^"]+/scans/\d+)"', shown)
    assert client.get(scan).data == pdf(2)
    item = db.scalars(select(Item).filter_by(dossier_id=handover_row(db, desk).dossier_id)).one()
    edit = at(desk, f"/documents/{item.id}")
    assert send(client, edit, **(typed | {"pages": "2", "sheets": "1"})) == 302
    assert re.search(r"2 / 2", client.get(at(desk)).text)
    stale = client.post(edit, data=typed | {"version": "1", "pages": "9"})
    assert stale.status_code == 409
    assert send(client, at(desk, f"/documents/{item.id}/take-out")) == 302
    assert "申请书.pdf" not in client.get(at(desk)).text
    slot = re.findall(r"/checklist/(\d+)", client.get(at(desk)).text)[0]
    assert send(client, at(desk, f"/checklist/{slot}")) == 422
    assert send(client, at(desk, f"/checklist/{slot}"), reason="本项目不涉及", needless="1") == 302
    assert "本项目不涉及" in client.get(at(desk)).text
    assert send(client, at(desk, f"/checklist/{slot}"), reason="后来需要") == 302


def test_a_enters_the_clients_own_papers(desk: Desk, sign_in: SignIn, db) -> None:
    """Listed, not coded, in no total; nobody but A, and only while A arranges (L-15)."""
    path = at(desk, "/attachments/new")
    client, typed = sign_in(A), {"title": "借款合同（客户留存份）", "owner": "鑫源商贸", "copies": "2", "note": ""}
    assert path in client.get(at(desk)).text
    for wrong in ({"title": ""}, {"owner": ""}, {"copies": "0"}):
        assert client.post(path, data=typed | wrong).status_code == 422
    assert sign_in(B).post(path, data=typed).status_code == 409
    assert sign_in(ARCHIVIST).post(path, data=typed).status_code == 403
    assert client.post(path, data=typed).status_code == 302
    desk.bring_to(S.with_b)
    assert client.post(path, data=typed).status_code == 409
    content = db.scalars(select(ListVersion.content)).one()
    assert content["attachments"] == [{"title": typed["title"], "owner": "鑫源商贸", "copies": 2, "note": ""}]
    assert typed["title"] not in {line["title"] for section in content["sections"] for line in section["lines"]}


def test_a_second_tab_does_not_turn_the_mark_round(desk: Desk, sign_in: SignIn) -> None:
    """Both tabs say "does not apply"; what the page asked is what is done."""
    client = sign_in(A)
    slot = re.findall(r"/checklist/(\d+)", client.get(at(desk)).text)[0]
    path = at(desk, f"/checklist/{slot}")
    sent = {"version": version_of(client, path), "reason": "本项目不涉及", "needless": "1"}
    for _tab in range(2):
        assert client.post(path, data=sent).status_code == 302
    assert "本项目不涉及" in client.get(at(desk)).text


def test_a_foreign_kind_of_scan_is_refused_and_what_was_typed_stays(desk: Desk, sign_in: SignIn) -> None:
    client = sign_in(A)
    place = re.findall(r'<option value="(\d+:\d+)"', client.get(at(desk, "/documents/new")).text)[0]
    typed = {"place": place, "title": "贷款申请书", "pages": "3", "sheets": "2", "form": "original"}
    answer = client.post(at(desk, "/documents/new"), data=typed | {"scan": (BytesIO(b"MZ\0\0"), "x.exe")})
    assert answer.status_code == 422
    assert "贷款申请书" in answer.text


def sign(client: FlaskClient, desk: Desk, step: str, **data: object) -> int:
    page = client.get(at(desk, f"/{step}")).text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)
    assert seen, page
    return client.post(at(desk, f"/{step}"), data={"seen": seen[1]} | PASSWORD | data).status_code


def test_a_signature_needs_the_password_for_this_very_action(desk: Desk, sign_in: SignIn, db) -> None:
    desk.enter()
    desk.issue()
    client = sign_in(A)  # has just given the password: that is not enough
    seen = db.scalars(select(ListVersion.hash)).one()
    answer = client.post(at(desk, "/sign-a"), data={"seen": seen})
    assert answer.status_code == 422
    assert 'name="confirming_password"' in answer.text
    wrong = client.post(at(desk, "/sign-a"), data={"seen": seen, "confirming_password": "not mine"})
    assert wrong.status_code == 422
    assert db.scalars(select(ListSignature)).all() == []
    assert client.post(at(desk, "/sign-a"), data={"seen": seen} | PASSWORD).status_code == 302
    assert db.scalars(select(ListSignature.grade)).one() is Grade.password


def test_a_drawn_signature_a_picture_and_a_scan_in_ink(desk: Desk, sign_in: SignIn, db) -> None:
    desk.enter()
    desk.issue()
    drawn = "data:image/png;base64," + base64.b64encode(picture()).decode()
    client = sign_in(A)
    assert sign(client, desk, "sign-a", drawing="data:image/png;base64,?") == 422
    assert sign(client, desk, "sign-a", drawing=drawn) == 302
    signature = db.scalars(select(ListSignature)).one()
    assert signature.grade is Grade.password_drawn
    shown = client.get(at(desk, f"/signatures/{signature.id}/drawing"))
    assert shown.mimetype == "image/png"
    assert client.get(at(desk, f"/signatures/{signature.id}/scan")).status_code == 404
    take_back = at(desk, f"/signatures/{signature.id}/take-back")
    assert client.post(take_back, data={"reason": ""}).status_code == 422
    assert sign_in(B).post(take_back, data={"reason": "不是我"}).status_code == 422
    assert client.post(take_back, data={"reason": "签早了"}).status_code == 302
    assert "签早了" in client.get(at(desk)).text
    assert (
        sign(client, desk, "sign-a", scan=(BytesIO(pdf(1)), "清单.pdf"), picture=(BytesIO(picture()), "s.png")) == 302
    )
    grades = db.scalars(select(ListSignature.grade).order_by(ListSignature.id)).all()
    assert grades == [Grade.password_drawn, Grade.ink_scan]


def test_what_was_read_is_what_is_signed(desk: Desk, sign_in: SignIn) -> None:
    desk.enter()
    desk.issue()
    client = sign_in(A)
    answer = client.post(at(desk, "/sign-a"), data={"seen": "0" * 64} | PASSWORD)
    assert answer.status_code == 422


def ticks(page: str, *, signed: bool = True) -> dict[str, str]:
    """Every box of the page ticked."""
    sent = dict(re.findall(r'name="(read-\d+)" value="([0-9a-f]+)"', page))
    for name in re.findall(r'name="((?:matches|signed)-\d+)"', page):
        if signed or name.startswith("matches"):
            sent[name] = "1"
    return sent


def test_the_whole_way_through_the_pages(desk: Desk, sign_in: SignIn, db) -> None:
    a, b, archivist = (sign_in(who) for who in (A, B, ARCHIVIST))
    desk.enter()
    assert send(a, at(desk, "/issue")) == 302
    assert sign(a, desk, "sign-a") == 302
    assert send(a, at(desk, "/hand-to-b")) == 302
    page = b.get(at(desk)).text
    assert b.post(at(desk, "/audit"), data=ticks(page, signed=False)).status_code == 302
    refused = b.get(at(desk, "/codes"))
    assert refused.status_code == 409
    assert "1-01" in refused.text
    assert b.post(at(desk, "/audit"), data=ticks(b.get(at(desk)).text)).status_code == 302
    assert b.post(at(desk, "/codes"), data={}).status_code == 302
    assert sign(b, desk, "sign-b") == 302
    assert send(b, at(desk, "/submit")) == 302
    assert a.post(at(desk, "/check")).status_code == 403
    assert archivist.get(at(desk, "/receive")).status_code == 409
    assert archivist.post(at(desk, "/check"), data=ticks(archivist.get(at(desk)).text)).status_code == 302
    assert sign(archivist, desk, "receive", received_on="等会儿") == 422
    assert sign(archivist, desk, "receive", received_on="今天") == 302
    entry = db.scalars(select(RegisterEntry).filter_by(handover_id=desk.handover_id)).one()
    page = archivist.get(at(desk)).text
    assert "登" in page
    assert f"登{entry.entered_at.year}-0001" in archivist.get("/archive/handover/register").text


def test_two_tabs_do_not_do_a_step_twice(desk: Desk, sign_in: SignIn) -> None:
    desk.bring_to(S.with_b)
    client = sign_in(B)
    version = version_of(client, at(desk, "/return"))
    desk.ask()
    answer = client.post(at(desk, "/return"), data={"version": version, "reason": "缺页"})
    assert answer.status_code == 409


def test_b_asks_for_what_is_missing_a_provides_b_checks_again(desk: Desk, sign_in: SignIn, db) -> None:
    desk.bring_to(S.with_b)
    a, b = sign_in(A), sign_in(B)
    page = b.get(at(desk, "/supplement")).text
    assert b.post(at(desk, "/supplement"), data={}).status_code == 422
    item = re.findall(r'name="(item-\d+)"', page)[0]
    slot = re.findall(r'name="(slot-\d+)"', page)[0]
    words = {f"words-{item}": "缺董事签字", item: "missing_signature", slot: "1", "other": "客户身份证正反面"}
    assert b.post(at(desk, "/supplement"), data=words).status_code == 302
    lines = db.scalars(select(SupplementLine).order_by(SupplementLine.id)).all()
    assert [line.kind.value for line in lines] == ["missing_signature", "missing_document", "missing_document"]
    assert "缺董事签字" in a.get(at(desk)).text
    for line in lines:
        path = at(desk, f"/missing/{line.id}")
        assert send(a, f"{path}/provide", words="") == 422
        assert send(a, f"{path}/provide", words="已补") == 302
        assert send(b, f"{path}/recheck", found="bounce") == 422
        assert send(b, f"{path}/recheck", found="verify") == 302
    db.expire_all()
    assert {line.state for line in lines} == {LineState.verified}
    assert desk.state is S.with_b


def test_a_waiver_is_offered_to_those_above_only(desk: Desk, sign_in: SignIn, db) -> None:
    desk.bring_to(S.supplementing)
    line = db.scalars(select(SupplementLine)).one()
    path = at(desk, f"/missing/{line.id}/waive")
    assert path not in sign_in(B).get(at(desk)).text
    assert sign_in(B).get(path).status_code == 403
    deputy = sign_in("shentao")
    assert path in deputy.get(at(desk)).text
    assert send(deputy, path, reason="") == 422
    assert send(deputy, path, reason="董事已出国") == 302


def test_more_time_is_asked_for_and_decided(desk: Desk, sign_in: SignIn, db) -> None:
    a, deputy = sign_in(A), sign_in("shentao")
    day = (desk.today() + timedelta(days=30)).isoformat()
    for wrong in ({"new_due": day}, {"reason": "客户在外地"}, {"new_due": "2020-01-01", "reason": "x"}):
        assert a.post(at(desk, "/postpone"), data=wrong).status_code == 422
    assert a.post(at(desk, "/postpone"), data={"new_due": day, "reason": "客户在外地"}).status_code == 302
    asked = db.scalars(select(Postponement)).one()
    path = f"/archive/handover/postponements/{asked.id}"
    assert "客户在外地" in deputy.get(path).text
    assert "/decide" not in a.get(path).text
    assert a.get(f"{path}/decide").status_code == 403
    assert send(deputy, f"{path}/decide", outcome="refuse") == 422
    assert send(deputy, f"{path}/decide", outcome="approve") == 302
    assert deputy.get(f"{path}/decide").status_code == 409
    assert day in a.get(at(desk)).text
    assert "客户在外地" in words_of(a.post(f"{path}.pdf").data)


def words_of(paper: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())


def test_the_reckoning_unfolds_day_by_day(desk_at, sign_in: SignIn) -> None:
    page = sign_in(A).get(at(desk_at(date(2026, 2, 13)))).text
    assert "2026-02-25" in page
    assert page.count('class="off"') >= 9, "the holiday's days are there, each with its reason"


# Work lists


def test_work_lists_and_their_counts(desk: Desk, sign_in: SignIn) -> None:
    desk.bring_to(S.supplementing)
    desk.line(A, supplements.provide, "已补")
    desk.ask("营业执照")
    for who, parameter, there in (
        (A, "mine=supplement", True),
        (A, "mine=prepare", False),
        (B, "mine=audit", True),
        (ARCHIVIST, "mine=receive", False),
        (A, "time=late", False),
        (A, "q=鸿借字第", True),
    ):
        page = sign_in(who).get(f"/archive/handover/?{parameter}").text
        assert (f'href="{at(desk)}"' in page) is there, (who, parameter)


DECIDERS = [A, B, ARCHIVIST, "shentao", "hanbing", "tangfeng"]


@pytest.mark.parametrize("state", [S.preparing, S.with_b, S.supplementing, S.checking])
def test_a_work_list_names_what_one_may_do_and_nothing_else(desk: Desk, state: HandoverState) -> None:
    """Of every person of the cast: what is listed is what the rules of the path and of deciding allow."""
    desk.bring_to(state)
    if state is not S.checking:
        owner = A if state is S.preparing else B
        desk.do(owner, lambda each: postponing.ask(each, business_day() + timedelta(days=20), "客户在外地"))
    for who in DECIDERS:
        with desk.at(who) as standing:
            conditions = waiting()
            listed = {name for name in conditions if is_listed(desk, conditions[name])}
            may_decide = not not_entitled(decider(), matter_of(standing))
            assert ("approve" in listed) == (may_decide and state is not S.checking), who
            assert ("receive" in listed) == (standing.plays(Party.archivist) and state is S.checking), who


def is_listed(desk: Desk, condition: ColumnElement[bool]) -> bool:
    found = select(Handover.id).join(Project, Project.id == Handover.project_id)
    return session().scalar(found.where(Handover.id == desk.handover_id, condition)) is not None


@pytest.mark.parametrize("case", ["no appointment", "was B", "has waived"])
def test_an_archivist_who_may_not_receive_is_not_asked_to(desk: Desk, work, db, case: str) -> None:
    """And a deputy who supervises another department is not asked to decide."""
    person = make.make_user(RoleName.project_manager, full_name="林青")
    roles = (RoleName.archivist, RoleName.project_manager, RoleName.general_manager)
    acting = actor_of(person, *roles)
    if case == "was B":
        for successor in (person, make.user_called(B)):
            with work(actor_called("hanbing")) as inside:
                project = credit.get_project(desk.project_id)
                projects.replace(project, "b", inside.get_one(User, successor.id), "调岗", "全部资料")
    desk.bring_to(S.supplementing if case == "has waived" else S.checking)
    if case == "has waived":
        desk.line(acting, supplements.waive, "董事出国")
        desk.issue()
        desk.sign(Party.a)
        desk.tick(Party.b)
        desk.code()
        desk.sign(Party.b)
        desk.step(B, "submit")
    if case != "no appointment":
        make.make_appointment(person)
    with desk.at(acting):
        assert not is_listed(desk, waiting()["receive"])
    with desk.at(ARCHIVIST):
        assert is_listed(desk, waiting()["receive"])
    strange = actor_of(make.make_user(RoleName.deputy_general_manager), RoleName.deputy_general_manager)
    with desk.at(strange):
        assert not is_listed(desk, waiting()["approve"])


def test_what_was_handed_in_on_time_is_not_past_due(desk_at, sign_in: SignIn, db) -> None:
    """Late with A it is past due, in working days; once it is with the archivist no clock runs any more."""
    desk = desk_at(date(2026, 5, 7))
    here, client = f'href="{at(desk)}"', sign_in(A)
    page = client.get("/archive/handover/?time=late").text
    assert here in page
    with desk.at(A):
        days = calendar().between(date(2026, 5, 11), business_day())
    assert re.search(rf"[^0-9]{days} ?个工作日", page)
    desk.bring_to(S.checking)
    assert here not in client.get("/archive/handover/?time=late").text


def test_approved_after_the_due_date_stays_marked_in_the_list(desk_at, sign_in: SignIn) -> None:
    desk = desk_at(date(2026, 5, 7))
    client = sign_in(A)
    assert "逾期后补批" not in client.get("/archive/handover/").text
    asked = desk.do(A, lambda each: postponing.ask(each, business_day() + timedelta(days=20), "客户在外地"))
    desk.do("hanbing", lambda each: postponing.decide(each, get_postponement(asked.id), "approve", ""))
    assert "逾期后补批" in client.get("/archive/handover/").text


def test_ten_hand_overs_cost_as_many_queries_as_one(desk: Desk, work, sign_in: SignIn, queries) -> None:
    client = sign_in(ARCHIVIST)
    make.make_register_entry(make.make_handover())
    counts = []
    for _round in range(2):
        with queries() as index:
            assert client.get("/archive/handover/").status_code == 200
        with queries() as register:
            assert client.get("/archive/handover/register").status_code == 200
        counts.append((len(index), len(register)))
        for _more in range(9):
            make.make_register_entry(make.make_handover())
    assert counts[0] == counts[1]


def test_a_page_costs_as_many_queries_for_twenty_documents_as_for_one(desk: Desk, sign_in: SignIn, queries) -> None:
    client = sign_in(A)
    desk.enter(["application"])
    client.get(at(desk))
    with queries() as one:
        assert client.get(at(desk)).status_code == 200
    desk.enter()
    with queries() as many:
        assert client.get(at(desk)).status_code == 200
    assert len(one) == len(many)


def test_page_workbook_and_print_of_the_register(desk: Desk, sign_in: SignIn) -> None:
    desk.bring_to(S.filed)
    client = sign_in(ARCHIVIST)
    assert client.get("/archive/handover/register?as=xlsx").status_code == 200
    assert client.get("/archive/handover/?as=pdf").status_code == 200
    path = "/archive/handover/register.pdf"
    for right in ({}, {"since": "2020-01-01", "until": "2099-12-31"}, {"since": "2021-01-01"}):
        paper = client.post(path, data=right)
        assert paper.mimetype == "application/pdf"
        assert "冯雪" in words_of(paper.data)
    for wrong in ({"since": "昨年"}, {"until": "2026-13-01"}, {"since": "2099-01-01", "until": "2098-01-01"}):
        assert client.post(path, data=wrong).status_code == 422, wrong
    other = words_of(client.post(path, data={"since": "2098-01-01", "until": "2098-12-31"}).data)
    assert "登2" not in other
    assert sign_in(A).post(path).status_code == 403, "the whole register is for those who see every project"


# Papers and their proof


def test_three_copies_of_one_content(desk: Desk, sign_in: SignIn, db) -> None:
    desk.bring_to(S.filed)
    client, version = sign_in(A), db.scalars(select(ListVersion)).one()
    asked = client.get(at(desk, "/list/1.pdf"))
    assert (asked.status_code, asked.mimetype) == (200, "text/html"), "filed, it is asked what for"
    answer = client.post(at(desk, "/list/1.pdf"), data=KEEPING, follow_redirects=True)
    pages = PdfReader(BytesIO(answer.data)).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    assert len(texts) == 3
    for number, (text, holder) in enumerate(zip(texts, ("王磊", "赵倩", "册内"), strict=True), start=1):
        assert f"第{number}份/共3份" in text
        assert holder in text
        assert version.hash[:12] in text
        assert version.content["number"] in text
        assert {"王磊", "赵倩", "冯雪"} <= set(re.findall("王磊|赵倩|冯雪", text))
    assert len(PdfReader(BytesIO(client.get(at(desk, "/list/1.pdf?copy=2")).data)).pages) == 1
    answer = client.post(at(desk, "/list/1.pdf?copy=2"), data=KEEPING)
    assert (answer.status_code, answer.location) == (303, at(desk, "/list/1.pdf?copy=2"))
    assert client.get(at(desk, "/list/1.pdf?copy=4")).status_code == 404
    assert client.get(at(desk, "/list/2.pdf")).status_code == 404
    receipt = words_of(client.get(at(desk, "/receipt.pdf")).data)
    assert version.hash in receipt.replace("\n", "")
    assert "冯雪" in receipt


def test_a_superseded_list_says_so_on_paper_and_at_verify(desk: Desk, sign_in: SignIn, db) -> None:
    desk.enter()
    desk.issue()
    client = sign_in(A)
    [first] = db.scalars(select(IssuedPrint).filter_by(kind="handover_list")).all()

    def state(**asked: object) -> str:
        return client.get("/verify", query_string={"h": first.hash[:12], "n": first.number, "v": 1} | asked).text

    assert "SUPERSEDED" not in words_of(client.get(at(desk, "/list/1.pdf")).data)
    current = state()
    desk.enter(["acceptance"])
    changed = state()
    desk.issue()
    assert "作废" in words_of(client.get(at(desk, "/list/1.pdf")).data)
    superseded = state()
    mutated = ("0" if first.hash[0] != "0" else "1") + first.hash[1:12]
    assert "tone-green" in current.split("<main")[1]
    for page in (changed, superseded):
        assert "tone-orange" in page.split("<main")[1]
    assert "notice-danger" in state(h=mutated, n="").split("<main")[1]
    assert "tone-red" in state(v=2).split("<main")[1]


def test_the_supplement_list_on_paper(desk: Desk, sign_in: SignIn) -> None:
    desk.bring_to(S.supplementing)
    paper = words_of(sign_in(A).post(at(desk, "/supplements/1.pdf")).data)
    assert "董事签字" in paper
    assert sign_in(A).post(at(desk, "/supplements/2.pdf")).status_code == 404
    assert sign_in(A).get(at(desk, "/receipt.pdf")).status_code == 404


def test_every_paper_proves_itself(desk: Desk, sign_in: SignIn, db) -> None:
    """Supplement list, postponement and register: known to `/verify`, current until what they say has changed."""
    desk.bring_to(S.supplementing)
    asked = desk.do(B, lambda each: postponing.ask(each, business_day() + timedelta(days=20), "客户在外地"))
    client = sign_in(ARCHIVIST)
    papers = {
        "supplement_list": at(desk, "/supplements/1.pdf"),
        "postponement": f"/archive/handover/postponements/{asked.id}.pdf",
        "receipt_register": "/archive/handover/register.pdf",
    }
    printed = {kind: words_of(client.post(path).data) for kind, path in papers.items()}
    issued = {each.kind: each for each in db.scalars(select(IssuedPrint).where(IssuedPrint.kind.in_(papers)))}

    def tone(kind: str) -> str:
        given = issued[kind]
        page = client.get("/verify", query_string={"h": given.hash[:12], "n": given.number, "v": given.version}).text
        return re.findall(r"tone-(\w+)", page.split("<main")[1])[0]

    for kind, text in printed.items():
        assert issued[kind].hash[:12] in text
        assert tone(kind) == "green"
    desk.line("shentao", supplements.waive, "董事出国")
    desk.do("hanbing", lambda each: postponing.decide(each, get_postponement(asked.id), "approve", ""))
    for step in (desk.issue, lambda: desk.sign(Party.a), lambda: desk.tick(Party.b), desk.code):
        step()
    desk.sign(Party.b)
    desk.step(B, "submit")
    desk.tick(Party.archivist)
    desk.receive()
    assert {kind: tone(kind) for kind in papers} == dict.fromkeys(papers, "orange")


def test_the_party_that_signs_is_told_by_bell(desk: Desk, db) -> None:
    desk.bring_to(S.checking)
    told = db.scalars(select(Notification).filter_by(url=at(desk))).all()
    assert {make.user_called(B).id, make.user_called(ARCHIVIST).id} <= {each.user_id for each in told}
