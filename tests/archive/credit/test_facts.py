"""What stays of a project: a title that follows the sum, what was asked for, who became A, every event in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit import history, service
from crm.archive.credit.models import ClientKind, CollateralKind, EndBasis, Project, ProjectState, Role
from crm.archive.credit.service import Resolution
from crm.archive.credit.terms import Terms
from crm.archive.dossiers import history as dossiers
from crm.archive.dossiers import proof
from crm.archive.dossiers.models import Dossier, IssuedPrint
from crm.audit.models import LogEntry
from crm.auth.models import Department, User
from crm.auth.permissions import RoleName
from crm.files.models import Upload
from crm.web.amounts import MoneyField, RateField
from crm.web.forms import BaseForm
from tests import factories as make
from tests.admin.test_logs import event_classes

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]


def applied(client: FlaskClient, **given: Any) -> str:
    """The address of a project entered through the page by 王磊, for 1,000,000 yuan."""
    form = {
        "kind": "loan", "client_kind": "company", "name": "鑫源商贸有限公司", "amount": "100万", "term_months": 6,
        "rate": "7.2", "purpose": "进货", "applied_on": "2026-04-01",
        "a_id": make.user_called("wanglei").id, "b_id": make.user_called("zhaoqian").id,
    }  # fmt: skip
    return str(client.post("/credit/projects/new", data=form | given).location)


def project_at(db: Session, address: str) -> Project:
    db.expire_all()
    return db.get_one(Project, int(address.rsplit("/", 1)[1]))


def resolved(db: Session) -> Resolution:
    paper = db.get_one(Upload, make.make_upload(None, "credit").id)
    return Resolution(
        decided_on=date(2026, 5, 1), evidence=paper, number="评审1号", approver_id=make.user_called("shentao").id
    )


def last(db: Session, kind: str) -> dict[str, Any]:
    return db.scalars(select(LogEntry).where(LogEntry.kind == kind).order_by(LogEntry.id.desc())).first().data  # type: ignore[union-attr]


def test_a_made_title_follows_what_was_granted(sign_in: SignIn, db: Session, work: Work) -> None:
    address = applied(sign_in("wanglei"))
    granted = Terms(amount=Decimal(800_000), term_months=6, rate=Decimal("7.2"))
    with work() as inside:
        service.approve(inside.get_one(Project, int(address.rsplit("/", 1)[1])), resolved(inside), granted)
    project = project_at(db, address)
    assert project.title == "鑫源商贸有限公司 80万 借款"
    assert db.get_one(Dossier, project.dossier_id).title == project.title
    asked = last(db, "ProjectApproved")["changes"]
    assert (asked["amount"], set(asked)) == (["1000000.00", "800000"], {"amount", "title"})
    assert "1000000.00 → 800000" in sign_in("wanglei").get(address).text


def test_a_title_of_ones_own_stays(sign_in: SignIn, db: Session) -> None:
    a = sign_in("wanglei")
    address = applied(a, title="鑫源二期")
    project = project_at(db, address)
    form = {"amount": "90万", "term_months": 6, "rate": "7", "applied_on": "2026-04-01", "version": project.version}
    assert a.post(f"{address}/edit", data=form | {"title": "鑫源二期"}).status_code == 302
    assert project_at(db, address).title == "鑫源二期"


def test_a_and_b_are_not_changed_by_the_way(sign_in: SignIn, db: Session) -> None:
    """Only by a manager, with what was handed over (L-06), in whatever state."""
    a = sign_in("wanglei")
    address = applied(a)
    project = project_at(db, address)
    form = {"amount": "90万", "term_months": 6, "rate": "7", "applied_on": "2026-04-01", "version": project.version}
    others = {"a_id": project.b_id, "b_id": make.make_user(RoleName.project_manager).id}
    assert 'name="a_id"' not in a.get(f"{address}/edit").text
    assert a.post(f"{address}/edit", data=form | others).status_code == 302
    changed = project_at(db, address)
    assert (changed.amount, changed.a_id) == (Decimal(900_000), make.user_called("wanglei").id)


def test_the_department_is_that_of_today_s_a(db: Session, work: Work) -> None:
    with work() as inside:
        department = Department(name="业务二部")
        inside.add(department)
        inside.flush()
        user = inside.get_one(User, make.make_user(RoleName.project_manager).id)
        user.department_id = department.id
    project = make.make_project()
    with work() as inside:
        found = inside.get_one(Project, project.id)
        service.replace(found, Role.a, inside.get_one(User, user.id), "调岗", "全部资料")
    db.expire_all()
    assert db.get_one(Project, project.id).department_id == department.id


def test_the_end_says_what_it_was_and_when_it_is_due(sign_in: SignIn, db: Session, work: Work) -> None:
    project = make.make_project(ProjectState.approved)
    with work() as inside:
        found = inside.get_one(Project, project.id)
        paper = inside.get_one(Upload, make.make_upload(None, "credit").id)
        service.end_project(found, date(2026, 5, 7), EndBasis.disbursement, paper)
    told = last(db, "ProjectEnded")
    assert (told["basis"], told["due_on"]) == ("disbursement", "2027-05-07")
    assert "2027-05-07" in sign_in("wanglei").get(f"/credit/projects/{project.id}").text


def test_securities_are_told_with_their_sums(db: Session, work: Work) -> None:
    project = make.make_project(ProjectState.approved)
    with work() as inside:
        found = inside.get_one(Project, project.id)
        service.add_guarantor(found, service.Surety(ClientKind.company, "恒泰建材"), Decimal(300_000))
        service.add_collateral(found, CollateralKind.vehicle, "货车", "鑫源", value=Decimal(120_000))
        service.add_contract(found, "借款合同", "鸿借1号", amount=Decimal(1_000_000))
    with work():
        told = {step.text for step in history.happenings("project", project.id)}
    assert {"恒泰建材 · 300,000.00", "货车 · 120,000.00", "借款合同 · 鸿借1号 · 1,000,000.00"} <= told


def test_money_taken_back_does_not_hinder_the_day_of_settlement(db: Session, work: Work) -> None:
    project = make.make_project(ProjectState.ended)
    with work() as inside:
        found = inside.get_one(Project, project.id)
        paper = inside.get_one(Upload, make.make_upload(None, "credit").id)
        wrong = service.repay(found, date(2026, 7, 8), Decimal(1_000_000))
        service.reverse(found, wrong, "记到六月")
        service.repay(found, date(2026, 6, 8), Decimal(1_000_000))
        service.settle(found, date(2026, 6, 8), paper)
    db.expire_all()
    assert db.get_one(Project, project.id).settled_on == date(2026, 6, 8)


def test_what_the_books_keep_is_chinese(sign_in: SignIn, db: Session) -> None:
    a = sign_in("wanglei")
    a.post("/preferences", data={"locale": "en", "theme": "light"})
    address = applied(a)
    assert project_at(db, address).title == "鑫源商贸有限公司 100万 借款"


def test_every_event_of_a_project_or_client_has_a_title(app: Any) -> None:
    told = {kind for kind, fields in event_classes().items() if {"project_id", "client_id"} & set(fields)}
    assert sorted(told - set(history.EVENT_TITLES | history.further_titles)) == []


def test_every_event_of_a_dossier_has_a_title(app: Any) -> None:
    told = {kind for kind, fields in event_classes().items() if "dossier_id" in fields}
    assert sorted(kind for kind in told if dossiers.title_of(kind) == kind) == []


def test_the_steps_of_the_hand_over_are_told_in_words(sign_in: SignIn, db: Session) -> None:
    a = sign_in("wanglei")
    page = a.get(applied(a)).text
    assert "HandoverOpened" not in page
    assert "移交开始" in page or "开始移交" in page


def test_whoever_enters_for_two_others_sees_that_it_is_entered(sign_in: SignIn, db: Session) -> None:
    third = make.make_user(RoleName.project_manager).id
    a = sign_in("wanglei")
    address = applied(a, a_id=third)
    assert (address, "鑫源商贸有限公司" in a.get(address).text) == ("/credit/", True)


def test_the_filters_know_whoever_left_and_every_year(sign_in: SignIn, db: Session) -> None:
    gone = make.make_user(RoleName.project_manager, full_name="离职者", active=False)
    make.make_project(a_id=gone.id, applied_on=date(2006, 3, 1))
    text = sign_in("hanbing").get("/credit/").text
    assert "离职者" in text
    assert '<option value="2006"' in text


def test_the_project_sheet_proves_itself(sign_in: SignIn, db: Session, work: Work) -> None:
    project = make.make_project(ProjectState.ended)
    a = sign_in("wanglei")
    assert a.get(f"/credit/projects/{project.id}/sheet.pdf").status_code == 405
    assert a.post(f"/credit/projects/{project.id}/sheet.pdf").data.startswith(b"%PDF")
    [printed] = db.scalars(select(IssuedPrint))
    with work():
        [verdict] = proof.verdicts(printed.hash[:12], proof.Claim(number=printed.number, version=printed.version))
        assert verdict.state == "current"
    make.make_repayment(project)
    manager = sign_in("hanbing").get(f"/verify?h={printed.hash[:12]}").text
    assert "1000000.00" in manager
    assert "999000.00" in manager


class _Form(BaseForm):
    amount = MoneyField()
    rate = RateField()


@pytest.mark.parametrize("text", ["1E999990", "9E999999", "-1E999990", "NaN", "9" * 100_000, "1e3", "七"])
@pytest.mark.parametrize("field", ["amount", "rate"])
def test_figures_without_end_are_refused_at_once(app: Any, text: str, field: str) -> None:
    with app.test_request_context(method="POST", data={field: text}):
        form = _Form()
        assert not form.validate_on_submit()
        assert form[field].errors
