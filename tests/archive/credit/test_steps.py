"""The path of a project: every state × action × role, who approves what, and the facts each step leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from crm.archive.credit import queries, service
from crm.archive.credit.models import (
    WORKFLOW,
    Decision,
    EndBasis,
    EndCorrection,
    Project,
    ProjectKind,
    ProjectState,
    Repayment,
    Role,
    RoleChange,
    Verdict,
)
from crm.archive.credit.ranks import Limits, may_approve, rank_needed
from crm.archive.credit.retention import Hold, holds
from crm.archive.credit.terms import Terms, in_ten_thousands
from crm.archive.dossiers.models import Dossier, DossierReader
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.models import LogEntry
from crm.auth.models import User
from crm.auth.permissions import ROLES, RoleName
from crm.errors import DomainError, IllegalTransition
from crm.files.models import Upload
from crm.numbering import NumberState
from tests import factories as make
from tests.roles import walking

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
S = ProjectState
ALLOWED = {
    (S.applied, "edit"): S.applied,
    (S.applied, "approve"): S.approved,
    (S.applied, "refuse"): S.refused,
    (S.applied, "withdraw"): S.withdrawn,
    (S.approved, "withdraw"): S.withdrawn,
    (S.approved, "end"): S.ended,
    (S.ended, "repay"): S.ended,
    (S.ended, "reverse"): S.ended,
    (S.ended, "settle"): S.settled,
    (S.ended, "correct_end"): S.ended,
    (S.settled, "correct_end"): S.settled,
    (S.settled, "check_settlement"): S.settled,
    **{(state, "secure"): state for state in (S.applied, S.approved, S.ended)},
    **{(state, "release"): state for state in (S.applied, S.approved, S.ended, S.settled)},
    **{(state, "replace"): state for state in S},
}


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (20, 20), "white").save(buffer, "PNG")
    return buffer.getvalue()


SCAN = _picture()
STEPS: dict[str, dict[str, Any]] = {
    "approve": {
        "number": "评审〔2026〕8号",
        "decided_on": "2026-05-01",
        "amount": "100万",
        "term_months": 12,
        "rate": "7",
    },
    "refuse": {"number": "评审〔2026〕8号", "decided_on": "2026-05-01", "reason": "现金流不足"},
    "withdraw": {"decided_on": "2026-05-01", "reason": "已从银行取得贷款"},
    "end": {"ends_on": "2026-05-07", "basis": "disbursement"},
    "settle": {"settled_on": "2026-10-08"},
    "correct_end": {"new": "2026-05-06", "reason": "凭证上是6日"},
    "repay": {"paid_on": "2026-06-01", "principal": "1000"},
    "replace": {"role": "a", "reason": "调岗", "handed_over": "全部纸质资料"},
    "edit": {"amount": "90万", "term_months": 12, "rate": "7", "applied_on": "2026-04-01"},
}


def with_evidence(name: str, project: Project, **given: Any) -> dict[str, Any]:
    data = {**STEPS[name], "version": project.version, **given}
    if name not in ("repay", "replace", "edit"):
        data["evidence"] = (BytesIO(SCAN), "凭证.png")
    if name == "edit":
        data |= {"a_id": project.a_id, "b_id": project.b_id}
    return data


def paper(db: Session) -> Upload:
    return db.get_one(Upload, make.make_upload(None, "credit").id)


def resolved(db: Session, approver_id: int | None) -> service.Resolution:
    return service.Resolution(decided_on=date(2026, 5, 1), evidence=paper(db), number="1", approver_id=approver_id)


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell_of_the_table(app: Flask, state: ProjectState, action: str) -> None:
    project = Project(kind=ProjectKind.guarantee, amount=Decimal(100), state=state)
    project.repaid = Decimal(0)
    with app.test_request_context():
        if (state, action) in ALLOWED:
            WORKFLOW.take(project, action)
            assert project.state is ALLOWED[state, action]
        else:
            with pytest.raises(IllegalTransition, match=r"。$"):
                WORKFLOW.take(project, action)
            assert project.state is state


WALKERS = [role for role in RoleName if any(WORKFLOW[action].permission in ROLES[role] for action in STEPS)]


@pytest.mark.parametrize("role", walking(WALKERS))
def test_every_role_gets_what_the_table_says(sign_in: SignIn, role: RoleName) -> None:
    """A foreign right is 403; the right without the state is refused with a sentence, typed text kept.

    Whoever has none of these rights is 403 everywhere (tests.test_permissions).
    """
    client = sign_in(role)
    for state in S:
        project = make.make_project(state)
        for action in STEPS:
            address = f"/credit/projects/{project.id}/{action.replace('_', '-')}"
            answer = client.get(address)
            if WORKFLOW[action].permission not in ROLES[role]:
                assert answer.status_code == 403, (role, action)
            elif (state, action) not in ALLOWED:
                assert answer.status_code == (200 if action == "edit" else 409), (role, state, action)
                sent = client.post(address, data=with_evidence(action, project))
                assert sent.status_code == 422, (role, state, action)
                assert "只能在项目处于" in sent.text
            else:
                assert answer.status_code in (200, 409), (role, state, action)


def test_the_whole_path_through_the_pages(sign_in: SignIn, db: Session) -> None:
    a, manager = sign_in("wanglei"), sign_in("shentao")
    form = {
        "kind": "loan", "client_kind": "company", "name": "鑫源商贸有限公司", "amount": "100万", "term_months": 6,
        "rate": "7.2", "purpose": "进货", "applied_on": "2026-04-01",
        "a_id": make.user_called("wanglei").id, "b_id": make.user_called("zhaoqian").id,
    }  # fmt: skip
    made = a.post("/credit/projects/new", data=form)
    assert made.status_code == 302, made.text
    page = made.location

    def project() -> Project:
        db.expire_all()
        return db.get_one(Project, int(page.rsplit("/", 1)[1]))

    assert project().title == "鑫源商贸有限公司 100万 借款"
    dossier = db.get_one(Dossier, project().dossier_id)
    readers = select(DossierReader.user_id).filter_by(dossier_id=dossier.id)
    assert set(db.scalars(readers)) == {form["a_id"], form["b_id"]}
    assert manager.post(f"{page}/approve", data=with_evidence("approve", project(), amount="80万")).status_code == 302
    assert (project().state, project().amount) == (S.approved, Decimal(800_000))
    assert a.post(f"{page}/end", data=with_evidence("end", project())).status_code == 302
    assert (project().state, project().due_on) == (S.ended, date(2027, 5, 7))
    number = db.get_one(ArchiveNumber, db.get_one(Dossier, dossier.id).number_id)
    assert number.text.startswith("2026鸿借字第")
    assert number.number.state is NumberState.reserved
    assert number.text in a.get(page).text
    refused = a.post(f"{page}/settle", data=with_evidence("settle", project()))
    assert refused.status_code == 422
    assert "800,000.00" in refused.text
    paid = {"paid_on": "2026-09-01", "principal": "80万", "interest": "1.2万", "version": project().version}
    assert a.post(f"{page}/repay", data=paid).status_code == 302
    assert a.post(f"{page}/settle", data=with_evidence("settle", project())).status_code == 302
    assert (project().state, project().settled_on, project().outstanding) == (S.settled, date(2026, 10, 8), 0)
    kinds = [entry.kind for entry in db.scalars(select(LogEntry).order_by(LogEntry.id))]
    told = ["ProjectAdded", "ProjectApproved", "ProjectEnded", "RepaymentEntered", "ProjectSettled"]
    assert [kind for kind in kinds if kind in told] == told
    for tab in ("overview", "securities", "money"):
        assert a.get(f"{page}?tab={tab}").status_code == 200
    assert a.post(f"{page}/sheet.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("name", [name for name in STEPS if name not in ("repay", "replace", "edit")])
def test_a_step_needs_its_paper(sign_in: SignIn, db: Session, name: str) -> None:
    state = next(state for (state, action) in ALLOWED if action == name)
    kind = ProjectKind.guarantee
    project = make.make_project(state, kind=kind)
    client = sign_in("shentao" if WORKFLOW[name].permission == "credit:approve" else "wanglei")
    address = f"/credit/projects/{project.id}/{name.replace('_', '-')}"
    data = with_evidence(name, project)
    del data["evidence"]
    assert client.post(address, data=data).status_code == 422
    db.expire_all()
    assert db.get_one(Project, project.id).state is state
    assert client.post(address, data=with_evidence(name, project)).status_code == 302
    db.expire_all()
    assert db.get_one(Project, project.id).state is ALLOWED[state, name]


def test_a_second_tab_keeps_what_was_typed(sign_in: SignIn) -> None:
    project = make.make_project(S.applied)
    answer = sign_in("wanglei").post(
        f"/credit/projects/{project.id}/withdraw", data=with_evidence("withdraw", project, version=project.version + 7)
    )
    assert answer.status_code == 422
    assert "已从银行取得贷款" in answer.text
    assert f'name="version" type="hidden" value="{project.version}"' in answer.text


LIMITS = Limits(Decimal(3_000_000), Decimal(20_000_000))
DEPUTY, MANAGER, CHAIRMAN = RoleName.deputy_general_manager, RoleName.general_manager, RoleName.chairman


@pytest.mark.parametrize(
    ("role", "supervises", "amount", "may"),
    [
        (DEPUTY, True, 3_000_000, True),
        (DEPUTY, True, "3000000.01", False),
        (DEPUTY, False, 100, False),
        (MANAGER, False, 20_000_000, True),
        (MANAGER, False, "20000000.01", False),
        (CHAIRMAN, False, 900_000_000, True),
        (RoleName.archivist, True, 100, False),
        (RoleName.project_manager, True, 100, False),
    ],
)
def test_who_may_approve_how_much(role: RoleName, supervises: bool, amount: Any, may: bool) -> None:
    assert may_approve({role}, Decimal(amount), LIMITS, supervises=supervises) is may


def test_the_lowest_rank_that_may() -> None:
    assert [rank_needed(Decimal(amount), LIMITS) for amount in (3_000_000, 3_000_001, 20_000_001)] == [
        DEPUTY, MANAGER, CHAIRMAN,
    ]  # fmt: skip


def test_the_rank_is_asked_at_the_page_and_in_the_service(sign_in: SignIn, work: Work, db: Session) -> None:
    project = make.make_project(S.applied, amount=Decimal(5_000_000))
    answer = sign_in("shentao").get(f"/credit/projects/{project.id}/approve")
    assert answer.status_code == 409
    assert "总经理" in answer.text
    with work() as session:
        shentao, found = make.user_called("shentao"), queries.get_project(project.id)
        resolution = resolved(session, shentao.id)
        with pytest.raises(DomainError, match="总经理"):
            service.approve(found, resolution)
    # the sum asked for decides who may, not what is granted
    granted = with_evidence("approve", project, amount="300万")
    assert sign_in("hanbing").post(f"/credit/projects/{project.id}/approve", data=granted).status_code == 302


def test_a_resolution_is_never_as_a_and_b(work: Work) -> None:
    project = make.make_project(S.applied)
    for approver_id in (project.a_id, project.b_id, None):
        with work() as db:
            found, resolution = queries.get_project(project.id), resolved(db, approver_id)
            with pytest.raises(DomainError, match="A角、B角不能审批"):
                service.approve(found, resolution)


def test_the_database_holds_the_two_people(db: Session) -> None:
    project, upload = make.make_project(), make.make_upload(None, "credit")
    with pytest.raises(IntegrityError):
        make.make_project(b_id=project.a_id)
    told = {"project_id": project.id, "verdict": Verdict.approved, "decided_on": date(2026, 5, 1), "resolution_no": "1"}
    people = {"a_id": project.a_id, "b_id": project.b_id, "evidence_id": upload.id}
    with pytest.raises(IntegrityError):
        make._kept(Decision(**told, **people, approver_id=project.b_id, entered_by="x", entered_at=make.NOW))
    with pytest.raises(IntegrityError):
        make.make_project(S.ended, end_evidence_id=None)


@pytest.mark.parametrize("field", ["amount", "client_id", "term_months", "kind"])
def test_the_database_keeps_decided_terms(db: Session, field: str) -> None:
    project = make.make_project(S.approved)
    new = {"amount": Decimal(7), "client_id": make.make_client().id, "term_months": 3, "kind": ProjectKind.guarantee}
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(update(Project).where(Project.id == project.id).values({field: new[field]}))


@pytest.mark.parametrize("state", [S.refused, S.withdrawn, S.settled])
def test_the_database_keeps_an_end_an_end(db: Session, state: ProjectState) -> None:
    project = make.make_project(state)
    back = update(Project).where(Project.id == project.id).values(state=S.applied, settled_on=None)
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(back)
    with pytest.raises(DatabaseError), db.begin_nested():
        db.execute(delete(Project).where(Project.id == project.id))


def test_facts_only_grow(db: Session, work: Work) -> None:
    project = make.make_project(S.ended)
    make.make_repayment(project)
    with work() as session:
        found = queries.get_project(project.id)
        service.correct_end(found, date(2026, 5, 8), "看错了", paper(session))
        service.replace(found, Role.a, make_manager(session), "调岗", "全部资料")
    for table in (Repayment, EndCorrection, RoleChange):
        for statement in (delete(table), update(table).values(project_id=project.id)):
            with pytest.raises(DatabaseError), db.begin_nested():
                db.execute(statement)


def make_manager(db: Session, **given: Any) -> User:
    return db.get_one(User, make.make_user(RoleName.project_manager, **given).id)


@pytest.mark.parametrize("role", Role)
def test_a_or_b_is_replaced_with_a_trail(work: Work, db: Session, role: Role) -> None:
    project = make.make_project(S.approved)
    former = project.a_id if role is Role.a else project.b_id
    with work() as session:
        found, successor = queries.get_project(project.id), make_manager(session)
        change = service.replace(found, role, successor, "调岗", "全部资料")
        assert (change.from_id, change.to_id) == (former, successor.id)
        assert getattr(found, role.value) is successor
    db.expire_all()
    kept = db.get_one(Project, project.id)
    assert getattr(kept, f"{role.value}_id") == successor.id
    assert kept.a_id != kept.b_id


def test_the_new_one_must_be_another_project_manager(work: Work) -> None:
    project = make.make_project()
    with work() as db:
        found = queries.get_project(project.id)
        wrong = {
            found.a_id: "现在就是",
            found.b_id: "两位不同",
            make.make_user(RoleName.archivist).id: "项目经理",
            make_manager(db, active=False).id: "项目经理",
        }
        for user_id, words in wrong.items():
            with pytest.raises(DomainError, match=words):
                service.replace(found, "a", db.get_one(User, user_id), "调岗", "全部资料")
        for reason, handed_over in (("", "全部资料"), ("调岗", " ")):
            with pytest.raises(DomainError, match="移交了什么"):
                service.replace(found, "a", make_manager(db), reason, handed_over)


def test_whoever_was_replaced_no_longer_sees_the_project(sign_in: SignIn, work: Work) -> None:
    project = make.make_project()
    client = sign_in("wanglei")
    assert client.get(f"/credit/projects/{project.id}").status_code == 200
    with work() as db:
        service.replace(queries.get_project(project.id), "a", make_manager(db), "调岗", "全部资料")
    assert client.get(f"/credit/projects/{project.id}").status_code == 404


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (date(2026, 5, 7), "现在的日期"),
        (date(2026, 4, 19), "不能早于"),
        (date(2099, 1, 1), "今天"),
        (date(2026, 6, 9), "不能更晚"),
    ],
)
def test_a_wrong_correction_of_the_end(work: Work, new: date, words: str) -> None:
    project = make.make_project(S.ended)
    make.make_repayment(project)
    with work() as db, pytest.raises(DomainError, match=words):
        service.correct_end(queries.get_project(project.id), new, "看错了", paper(db))


def test_a_corrected_end_moves_what_followed_from_it(work: Work, db: Session) -> None:
    made = make.make_project(S.approved, approved_on=date(2025, 12, 20), applied_on=date(2025, 12, 1))
    with work() as session:
        project = queries.get_project(made.id)
        service.end_project(project, date(2026, 1, 5), EndBasis.disbursement, paper(session))
        before = session.get_one(ArchiveNumber, session.get_one(Dossier, project.dossier_id).number_id)
        assert (before.year, project.due_on) == (2026, date(2027, 1, 5))
        service.correct_end(project, date(2025, 12, 31), "凭证上是31日", paper(session))
        after = session.get_one(ArchiveNumber, session.get_one(Dossier, project.dossier_id).number_id)
        assert (after.year, project.due_on) == (2025, date(2026, 12, 31))
        assert before.number.state is NumberState.void
        assert "31日" in before.number.reason


def test_a_due_day_of_its_own_stays(work: Work) -> None:
    made = make.make_project(S.ended, due_on=date(2027, 1, 1))
    with work() as db:
        project = queries.get_project(made.id)
        service.correct_end(project, date(2026, 5, 8), "看错了", paper(db))
        assert project.due_on == date(2027, 1, 1)


def test_a_reserved_number_is_void_when_the_client_withdraws(work: Work) -> None:
    """A title document came before the end, and with it the number (A-09)."""
    made = make.make_project(S.approved)
    with work() as db:
        project = queries.get_project(made.id)
        service.reserve_number(project, 2026)
        service.reserve_number(project, 2026)
        dossier = db.get_one(Dossier, project.dossier_id)
        number = db.get_one(ArchiveNumber, dossier.number_id)
        resolution = service.Resolution(decided_on=date(2026, 5, 1), evidence=paper(db), reason="不需要了")
        service.withdraw(project, resolution)
        assert number.number.state is NumberState.void
        assert "不需要了" in number.number.reason
        assert dossier.number_id == number.id


@pytest.mark.parametrize(
    ("state", "kind", "held"),
    [
        (S.applied, ProjectKind.loan, [Hold.undecided]),
        (S.ended, ProjectKind.loan, [Hold.loan_unsettled]),
        (S.ended, ProjectKind.guarantee, [Hold.guarantee_not_released]),
        (S.settled, ProjectKind.loan, []),
        (S.refused, ProjectKind.loan, []),
    ],
)
def test_what_holds_the_papers_back(
    work: Callable[..., Any], state: ProjectState, kind: ProjectKind, held: list[Hold]
) -> None:
    project = make.make_project(state, kind=kind)
    with work():
        assert holds(project) == held


def test_a_guarantee_is_released_whatever_was_paid(sign_in: SignIn, db: Session) -> None:
    project = make.make_project(S.ended, kind=ProjectKind.guarantee)
    address = f"/credit/projects/{project.id}/settle"
    assert sign_in("wanglei").post(address, data=with_evidence("settle", project)).status_code == 302


def test_sums_in_ten_thousands() -> None:
    assert [in_ten_thousands(Decimal(yuan)) for yuan in (5_000_000, 125_000, 30)] == ["500万", "12.5万", "0.003万"]


def test_terms_compare_by_value() -> None:
    assert Terms(amount=Decimal(1), term_months=2, rate=Decimal(3)) == Terms(
        amount=Decimal("1.00"), term_months=2, rate=Decimal("3.0")
    )
