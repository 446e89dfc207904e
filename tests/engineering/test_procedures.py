"""Procedures: every state × action, two people for each version, one in force, reviews and readings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.permissions import ROLES, RoleName
from crm.dates import business_day
from crm.db import open_session
from crm.engineering.procedures.jobs import look_after
from crm.engineering.procedures.models import (
    IN_WORK,
    WORKFLOW,
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureStep,
    ProcedureVersion,
)
from crm.engineering.procedures.queries import get_procedure, get_version
from crm.engineering.procedures.service import Named, Written, approve, draft, enter, hand_in, withdraw
from crm.errors import IllegalTransition
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.steps.approvals import sources
from crm.steps.taking import Said
from tests import factories as make
from tests.acting import as_
from tests.engineering.making import (
    REVIEW,
    make_due,
    make_procedure,
    make_procedure_version,
    make_reading,
    pdf_file,
    version_of,
)
from tests.meeting import REFUSED, OwnCompany, both

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
S = ProcedureState
ALLOWED = {
    "change": {S.draft},
    "hand_in": {S.draft},
    "send_back": {S.submitted},
    "approve": {S.submitted},
    "enter": {S.approved},
    "supersede": {S.in_force},
    "confirm": {S.in_force},
    "withdraw": {S.approved, S.in_force},
    "drop": set(IN_WORK),
}
DATA: dict[str, dict[str, str]] = {  # what each step's form wants at least
    "change": {"text": "敲门。", "changes": "改写", "review_by": "2030-01-01"},
    "hand_in": {},
    "send_back": {"reason": "第二步不对"},
    "approve": {"valid_from": "今天"},
    "confirm": {"review_by": "2030-01-01"},
    "withdraw": {"reason": "设备拆了"},
    "drop": {"reason": "不要了"},
}
ADDRESS = "/engineering/procedures"


def sent(version: ProcedureVersion, key: str = "once", **more: Any) -> dict[str, Any]:
    return {"version": str(version.version), "key": key, **more}


def again(db: Session, version: ProcedureVersion) -> ProcedureVersion:
    db.expire_all()
    return db.get_one(ProcedureVersion, version.id)


# The workflow


def test_the_table_is_what_was_agreed() -> None:
    assert {name: set(step.sources) for name, step in WORKFLOW.items()} == ALLOWED


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(state: ProcedureState, action: str) -> None:
    version = ProcedureVersion(state=state)
    with nullcontext() if state in ALLOWED[action] else pytest.raises(IllegalTransition):
        WORKFLOW.take(version, action)
        assert version.state is (WORKFLOW[action].target or state)


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", DATA)
def test_a_sent_form_does_what_the_table_allows_and_nothing_else(
    sign_in: SignIn, estate: Estate, db: Session, state: ProcedureState, action: str
) -> None:
    version = version_of(make_procedure(estate, state))
    decides = WORKFLOW[action].permission == "engineering:decide"
    client = sign_in("shentao" if decides else "sunhao")
    answer = client.post(f"{ADDRESS}/{version.id}/{action}", data=sent(version, **DATA[action]))
    after = again(db, version)
    if state in ALLOWED[action]:
        assert answer.status_code == 302, answer.text
        target = S.in_force if action == "approve" else WORKFLOW[action].target or state
        assert after.state is target
    else:
        assert answer.status_code == 422
        assert after.state is state


@pytest.mark.parametrize("role", list(RoleName))
def test_only_the_offered_steps_stand_on_the_page(sign_in: SignIn, estate: Estate, role: RoleName) -> None:
    procedure = make_procedure(estate, S.submitted)
    version = version_of(procedure)
    page = sign_in(role).get(f"{ADDRESS}/{procedure.id}")
    if "engineering:read" not in ROLES[role]:
        assert page.status_code == 403
        return
    for action, step in WORKFLOW.items():
        offered = f'href="{ADDRESS}/{version.id}/{action}"' in page.text
        entitled = role is not RoleName.dispatcher or action != "approve"  # 孙浩 wrote it
        assert offered is (S.submitted in step.sources and step.permission in ROLES[role] and entitled), action


@pytest.mark.parametrize("state", [S.superseded, S.withdrawn, S.dropped, S.submitted, S.in_force])
def test_the_database_lets_nobody_rewrite_what_was_handed_in(
    db: Session, estate: Estate, state: ProcedureState
) -> None:
    version = version_of(make_procedure(estate, state))
    db.get_one(ProcedureVersion, version.id).text = "别的"
    with pytest.raises(DBAPIError), db.begin_nested():
        db.flush()


# Entered and written


def said(estate: Estate | None, **given: Any) -> dict[str, Any]:
    facts = {"key": "once", "estate_id": str(estate.id) if estate else "", "number": "ZY-03", "title": "停水作业"}
    facts |= {"trade": "water", "about_units": "y", "text": "通知住户。\n关阀。", "changes": "首版"}
    return facts | {"review_by": "2030-01-01"} | given


def test_from_the_first_draft_into_force_and_on(sign_in: SignIn, estate: Estate, db: Session) -> None:
    author, head, worker = sign_in("sunhao"), sign_in("shentao"), sign_in("zhangjg")
    for _each in range(2):
        answer = author.post(f"{ADDRESS}/new", data=said(estate))
        assert answer.status_code == 302, answer.text
    procedure = db.scalars(select(Procedure)).one()
    version = version_of(procedure)
    assert (version.state, version.position, version.author) == (S.draft, 1, "孙浩")
    assert author.post(f"{ADDRESS}/{version.id}/hand_in", data=sent(version)).status_code == 302
    version = again(db, version)
    refused = author.post(f"{ADDRESS}/{version.id}/approve", data=sent(version, "own", valid_from="今天"))
    assert refused.status_code in (403, 422), "nobody decides about their own words"
    assert head.post(f"{ADDRESS}/{version.id}/approve", data=sent(version, "a", valid_from="今天")).status_code == 302
    version = again(db, version)
    assert (version.state, version.decided_by) == (S.in_force, "沈涛")
    assert worker.post(f"{ADDRESS}/versions/{version.id}/read").status_code == 302
    assert worker.post(f"{ADDRESS}/versions/{version.id}/read").status_code == 302
    assert [each.read_by for each in db.scalars(select(ProcedureReading))] == ["张建国"], "once"
    form = author.get(f"{ADDRESS}/{procedure.id}/versions/new").text
    assert "通知住户。" in form, "begun with the text of the last one"
    second = {"key": "v2", "text": "通知住户两次。", "changes": "加一次", "review_by": "2030-01-01"}
    for _each in range(2):
        assert author.post(f"{ADDRESS}/{procedure.id}/versions/new", data=second).status_code == 302
    assert author.post(f"{ADDRESS}/{procedure.id}/versions/new", data=second | {"key": "v3"}).status_code == 422
    new = db.scalars(select(ProcedureVersion).filter_by(position=2)).one()
    author.post(f"{ADDRESS}/{new.id}/hand_in", data=sent(new, "h2"))
    new = again(db, new)
    assert head.post(f"{ADDRESS}/{new.id}/approve", data=sent(new, "a2", valid_from="今天")).status_code == 302
    assert (again(db, new).state, again(db, version).state) == (S.in_force, S.superseded)
    assert again(db, version).valid_until == again(db, new).valid_from
    assert worker.post(f"{ADDRESS}/versions/{version.id}/read").status_code == 409, "it holds no more"
    old = worker.get(f"{ADDRESS}/versions/{version.id}").text
    assert "张建国" in old, "its register stays"
    page = worker.get(f"{ADDRESS}/{procedure.id}").text
    assert "通知住户两次。" in page
    assert "张建国" in page, "who has still to read it"
    unit = make.make_unit(estate)
    assert f"{ADDRESS}/{procedure.id}" in worker.get(f"/engineering/units/{unit.id}").text
    text = words_of(worker, f"{ADDRESS}/versions/{new.id}/sheet.pdf")
    for words in ("YH-GC-03", "ZY-03V2", "通知住户两次。"):
        assert words in text
    kinds = set(db.scalars(select(LogEntry.kind)))
    assert {"ProcedureEntered", "ProcedureDrafted", "ProcedureApproved", "ProcedureStepTaken", "ProcedureRead"} <= kinds


def words_of(client: FlaskClient, address: str) -> str:
    paper = PdfReader(BytesIO(client.get(address).data))
    return "".join("".join(page.extract_text().split()) for page in paper.pages)


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"title": ""},
        {"trade": "masonry"},
        {"text": ""},
        {"review_by": "2020-01-01"},
        {"review_by": "2099-01-01"},
        {"estate_id": "0"},
        {"file": (BytesIO(b"a,b"), "表.csv")},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    sign_in: SignIn, estate: Estate, db: Session, wrong: dict[str, Any]
) -> None:
    answer = sign_in("sunhao").post(f"{ADDRESS}/new", data=said(estate, changes="第一次写") | wrong)
    assert answer.status_code == 422
    assert "第一次写" in answer.text
    assert db.scalar(select(func.count()).select_from(Procedure)) == 0


def test_a_file_may_say_it_all(sign_in: SignIn, estate: Estate, db: Session) -> None:
    client = sign_in("sunhao")
    data = said(estate, text="", file=(pdf_file(), "程序.pdf"))
    assert client.post(f"{ADDRESS}/new", data=data).status_code == 302
    version = db.scalars(select(ProcedureVersion)).one()
    assert client.get(f"{ADDRESS}/versions/{version.id}/file").mimetype == "application/pdf"
    changed = {"text": "", "changes": "换说法", "review_by": "2030-02-01"}
    assert client.post(f"{ADDRESS}/{version.id}/change", data=sent(version, **changed)).status_code == 302
    assert again(db, version).upload_id is not None, "the file stays"


def test_a_number_is_once_in_an_estate_and_once_in_the_company(
    sign_in: SignIn, estate: Estate, other_estate: Estate
) -> None:
    client = sign_in("sunhao")
    for place, scope in enumerate((estate, other_estate, None)):
        assert client.post(f"{ADDRESS}/new", data=said(scope, key=f"a{place}")).status_code == 302
        assert client.post(f"{ADDRESS}/new", data=said(scope, key=f"b{place}", number="zy-03 ")).status_code == 422


def test_whoever_wrote_any_of_it_does_not_decide(sign_in: SignIn, estate: Estate, db: Session, cast_ids: Any) -> None:
    version = version_of(make_procedure(estate, S.submitted))
    with open_session() as other:
        step = {"action": "change", "from_state": S.draft, "to_state": S.draft, "taken_by": "沈涛"}
        moment = version.written_at
        other.add(ProcedureStep(version_id=version.id, taken_by_id=cast_ids["shentao"], taken_at=moment, **step))
        other.commit()
    refused = sign_in("shentao").post(f"{ADDRESS}/{version.id}/approve", data=sent(version, valid_from="今天"))
    assert refused.status_code in (403, 422)
    assert again(db, version).state is S.submitted
    assert sign_in("hanbing").post(f"{ADDRESS}/{version.id}/approve", data=sent(version, valid_from="今天")).status_code
    assert again(db, version).state is S.in_force


def test_what_was_handed_in_waits_in_the_list_of_decisions(work: Work, estate: Estate) -> None:
    version = version_of(make_procedure(estate, S.draft))
    source = next(each for each in sources if each.name == "procedure")
    with work(as_("sunhao")):
        hand_in(get_version(version.id), Said(key="h"))
    for username, many in (("shentao", 1), ("sunhao", 0)):
        with work(as_(username)) as db:
            assert len(db.execute(source.waiting()).all()) == many
    with work(as_("shentao")) as db:
        asked = db.scalars(select(Notification).where(Notification.url.contains("/procedures/"))).all()
        assert asked, "whoever may decide is told"


@pytest.mark.parametrize("wrong", ["2020-01-01", "2099-01-01", "改天", ""])
def test_no_day_that_is_over_or_far_away(sign_in: SignIn, estate: Estate, db: Session, wrong: str) -> None:
    version = version_of(make_procedure(estate, S.submitted))
    answer = sign_in("shentao").post(f"{ADDRESS}/{version.id}/approve", data=sent(version, valid_from=wrong))
    assert answer.status_code == 422
    assert again(db, version).state is S.submitted


# The clock


def test_a_day_to_come_comes(sign_in: SignIn, work: Work, estate: Estate, db: Session, app: Any) -> None:
    procedure = make_procedure(estate)
    old = version_of(procedure)
    new = make_procedure_version(procedure, S.submitted, 2)
    with app.app_context():
        tomorrow = business_day() + timedelta(days=1)
    data = sent(new, valid_from=tomorrow.isoformat())
    assert sign_in("shentao").post(f"{ADDRESS}/{new.id}/approve", data=data).status_code == 302
    assert (again(db, new).state, again(db, old).state) == (S.approved, S.in_force)
    run_clock(app)
    assert again(db, new).state is S.approved, "not before its day"
    third = make_procedure_version(procedure, S.submitted, 3)
    late = sent(third, "x", valid_from=tomorrow.isoformat())
    assert sign_in("shentao").post(f"{ADDRESS}/{third.id}/approve", data=late).status_code == 422, "one waits already"
    with open_session() as other:
        other.get_one(ProcedureVersion, new.id).valid_from = date(2026, 11, 2)
        other.commit()
    run_clock(app)
    run_clock(app)
    assert (again(db, new).state, again(db, old).state) == (S.in_force, S.superseded)
    assert again(db, old).valid_until == date(2026, 11, 2)


def run_clock(app: Any) -> None:
    with app.app_context():
        g.actor, g.request_id = system_actor("clock"), ""
        look_after()


def test_whoever_keeps_procedures_is_told_of_reviews(sign_in: SignIn, estate: Estate, db: Session, app: Any) -> None:
    due, later = make_due(estate), make_procedure(estate)
    for _each in range(2):
        run_clock(app)
    told = db.scalars(select(Notification).where(Notification.url == f"{ADDRESS}/{due.id}")).all()
    assert len(told) >= 2, "the dispatcher and the archivist"
    assert {each.count for each in told} == {1}, "once"
    assert not db.scalars(select(Notification).where(Notification.url == f"{ADDRESS}/{later.id}")).all()
    client = sign_in("sunhao")
    listed = client.get(f"{ADDRESS}/to-review").text
    assert due.number in listed
    assert later.number not in listed
    home = client.get("/").text
    assert due.number in home
    version = db.scalars(select(ProcedureVersion).filter_by(procedure_id=due.id)).one()
    for wrong in ("2020-01-01", ""):
        answer = client.post(f"{ADDRESS}/{version.id}/confirm", data=sent(version, "w", review_by=wrong))
        assert answer.status_code == 422
    data = sent(again(db, version), "ok", review_by="2030-01-01", note="逐条看过")
    assert client.post(f"{ADDRESS}/{version.id}/confirm", data=data).status_code == 302
    client.get("/")  # what the step said is shown once
    assert due.number not in client.get(f"{ADDRESS}/to-review").text


def test_a_withdrawn_procedure_holds_no_more(sign_in: SignIn, estate: Estate, db: Session) -> None:
    procedure = make_procedure(estate)
    version = version_of(procedure)
    client = sign_in("shentao")
    assert client.post(f"{ADDRESS}/{version.id}/withdraw", data=sent(version, reason="")).status_code == 422
    assert client.post(f"{ADDRESS}/{version.id}/withdraw", data=sent(version, reason="设备拆了")).status_code == 302
    assert (again(db, version).state, again(db, version).valid_until is not None) == (S.withdrawn, True)
    assert procedure.number in client.get(f"{ADDRESS}/?state=none").text
    assert procedure.number not in client.get(f"{ADDRESS}/?state=in_force").text


def test_the_register_of_a_version(sign_in: SignIn, estate: Estate) -> None:
    version = version_of(make_procedure(estate))
    make_reading(version)
    make_reading(version, "maqiang")
    client = sign_in("sunhao")
    page = client.get(f"{ADDRESS}/versions/{version.id}/readings").text
    assert "张建国" in page
    assert "马强" in page
    assert client.get(f"{ADDRESS}/versions/{version.id}/readings?as=xlsx").status_code == 200


def test_the_companys_own_are_seen_everywhere_an_estates_there(sign_in: SignIn, other_estate: Estate) -> None:
    own, foreign = make_procedure(None), make_procedure(other_estate)
    client = sign_in("limin")
    assert client.get(f"{ADDRESS}/{own.id}").status_code == 200
    assert client.get(f"{ADDRESS}/{foreign.id}").status_code == 404
    page = client.get(f"{ADDRESS}/").text
    assert own.number in page
    assert foreign.number not in page


# Two at once


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 沈涛."""
    return lambda actor=None: own_company.work(actor or as_("shentao")), own_company.estate


WRITTEN = Written(text="敲门。", changes="", review_by=REVIEW)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("company", [True, False])
def test_two_with_one_number_at_once(committing: tuple[Work, Estate], company: bool) -> None:
    work, estate = committing

    def act(key: str) -> Callable[[], str]:
        def enter_it() -> str:
            scope = None if company else estate.id
            named = Named(estate_id=scope, number="ZY-01", title="停电", trade=None, about_units=False)
            enter(named, WRITTEN, key)
            return "entered"

        return enter_it

    assert both(work, act("a"), act("b")) == ["entered", REFUSED]
    with work() as db:
        assert db.scalar(select(func.count()).select_from(Procedure)) == 1
        assert db.scalar(select(func.count()).select_from(ProcedureVersion)) == 1


@pytest.mark.timeout(300)
def test_the_same_form_sent_twice_at_once(committing: tuple[Work, Estate]) -> None:
    work, _estate = committing

    def act() -> int:
        named = Named(estate_id=None, number="ZY-01", title="停电", trade=None, about_units=False)
        return enter(named, WRITTEN, "one").id

    first, second = both(work, act, act)
    assert first == second


@pytest.mark.timeout(300)
def test_a_new_version_by_two_at_once(committing: tuple[Work, Estate]) -> None:
    work, estate = committing
    procedure = make_procedure(estate)

    def act(key: str) -> Callable[[], str]:
        def write() -> str:
            draft(get_procedure(procedure.id), WRITTEN, key)
            return "drafted"

        return write

    assert both(work, act("a"), act("b")) == ["drafted", REFUSED]


@pytest.mark.timeout(300)
def test_approved_and_withdrawn_at_once(committing: tuple[Work, Estate]) -> None:
    """The old one is superseded or withdrawn, the new one is in force: never two, never none decided twice."""
    work, estate = committing
    procedure = make_procedure(estate)
    old = version_of(procedure)
    new = make_procedure_version(procedure, S.submitted, 2)

    def bring() -> str:
        approve(get_version(new.id), business_day(), Said(key="a"))
        return "approved"

    def take_away() -> str:
        withdraw(get_version(old.id), Said(reason="错了", key="w"))
        return "withdrawn"

    said_of_both = both(work, bring, take_away)
    assert "approved" in said_of_both
    with work() as db:
        assert db.get_one(ProcedureVersion, new.id).state is S.in_force
        ended = S.withdrawn if "withdrawn" in said_of_both else S.superseded
        assert db.get_one(ProcedureVersion, old.id).state is ended
