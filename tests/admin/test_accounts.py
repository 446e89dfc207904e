"""Accounts: who may do what to whom, what ends at once, what the log says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from crm.audit.models import LogEntry
from crm.auth import accounts
from crm.auth.actor import Actor, system_actor
from crm.auth.models import Department, LoginSession, Supervision, User, UserEstate, UserRole
from crm.auth.passwords import matches
from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.demo.cast import DEMO_PASSWORD
from crm.errors import DomainError
from crm.properties.models import Estate
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
Work = Callable[..., Any]
STEPS = ("activate", "deactivate", "reset_password", "reset_second_factor", "end_sessions", "change_roles")


def user_called(db: Session, username: str) -> User:
    db.expire_all()
    return db.scalars(select(User).filter_by(username=username)).one()


def whole(db: Session, user_id: int) -> User:
    """With the roles, as the pages load it."""
    return db.get_one(User, user_id, options=[selectinload(User.roles)], populate_existing=True)


def last_event(db: Session, kind: str) -> dict[str, Any]:
    newest = select(LogEntry.data).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
    found: dict[str, Any] = db.scalars(newest).one()
    return found


def roles_of(db: Session, user_id: int) -> set[str]:
    db.expire_all()
    return {str(role) for role in db.scalars(select(UserRole.role).filter_by(user_id=user_id))}


def facts(user: User, **changed: Any) -> dict[str, Any]:
    """What the form of an account sends back."""
    given = {"version": user.version, "full_name": user.full_name, "email": user.email, "department_id": ""}
    return given | {"all_estates": "y" if user.all_estates else ""} | changed


def test_an_account_is_opened_with_a_password_that_has_to_be_changed(
    sign_in: SignIn, client: FlaskClient, db: Session, estate: Estate
) -> None:
    department = make.make_department("保安部")
    answer = sign_in("administrator").post(
        "/admin/users/new",
        data={
            "version": "",
            "username": "ChenJie",
            "full_name": "陈洁",
            "email": "chenjie@example.cn",
            "department_id": department.id,
            "roles": ["service_desk", "dispatcher"],
            "estates": [estate.id],
            "supervises": [department.id],
        },
    )
    assert answer.status_code == 200, answer.text
    [password] = re.findall(r"<code>([^<]+)</code>", answer.text)
    made = user_called(db, "chenjie")
    assert matches(made.password_hash, password)
    assert made.must_change_password
    assert (made.full_name, made.email, made.department_id) == ("陈洁", "chenjie@example.cn", department.id)
    assert not made.all_estates
    assert db.scalars(select(UserEstate.estate_id).filter_by(user_id=made.id)).all() == [estate.id]
    assert db.scalars(select(Supervision.department_id).filter_by(user_id=made.id)).all() == [department.id]
    assert roles_of(db, made.id) == {"service_desk", "dispatcher"}
    assert password not in str(last_event(db, "UserAdded"))
    assert client.post("/login", data={"username": "chenjie", "password": password}).status_code == 302
    assert client.get("/properties/units").status_code == 302, "the password has to be changed first"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": ""}, "请填写用户名"),
        ({"username": "陈洁"}, "只能用字母"),
        ({"username": "limin"}, "limin"),
        ({"full_name": " "}, "请填写姓名"),
        ({"email": "chenjie"}, "name@example.cn"),
        ({"roles": []}, "至少选一个岗位"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    sign_in: SignIn, db: Session, wrong: dict[str, Any], said: str
) -> None:
    given = {"username": "chenjie", "full_name": "陈洁", "email": "", "department_id": "", "roles": ["dispatcher"]}
    answer = sign_in("administrator").post("/admin/users/new", data=given | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="陈洁"' in answer.text or "full_name" in wrong
    assert db.scalars(select(User).filter_by(username="chenjie")).one_or_none() is None


def test_changing_an_account_is_recorded_with_old_and_new(
    sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate
) -> None:
    department = make.make_department("保安部")
    user = make.make_user(estates=[estate])
    sent = facts(
        user, full_name="林 青", email="lin@example.cn", department_id=department.id, estates=[other_estate.id]
    )
    client = sign_in("administrator")
    assert client.post(f"/admin/users/{user.id}/edit", data=sent).status_code == 302
    changed = user_called(db, user.username)
    assert (changed.full_name, changed.email, changed.department_id) == ("林 青", "lin@example.cn", department.id)
    entries = db.scalars(select(LogEntry.data).where(LogEntry.kind == "UserChanged").order_by(LogEntry.id)).all()
    assert [entry["changes"] for entry in entries] == [
        {"full_name": ["林青", "林 青"], "email": ["", "lin@example.cn"], "department": [None, "保安部"]},
        {"estates": [["阳光花园"], ["科创大厦"]]},
    ]
    sent = facts(changed, department_id=department.id, all_estates="y", supervises=[department.id])
    assert client.post(f"/admin/users/{user.id}/edit", data=sent).status_code == 302
    assert last_event(db, "UserChanged")["changes"] == {"supervises": [[], ["保安部"]]}
    assert user_called(db, user.username).all_estates


def test_saving_an_account_as_it_is_records_nothing(sign_in: SignIn, db: Session, estate: Estate) -> None:
    user = make.make_user(estates=[estate])
    answer = sign_in("administrator").post(f"/admin/users/{user.id}/edit", data=facts(user, estates=[estate.id]))
    assert answer.status_code == 302
    assert db.scalars(select(LogEntry).where(LogEntry.kind == "UserChanged")).all() == []


@pytest.mark.parametrize(
    ("path", "change"),
    [("edit", {"full_name": "林清"}), ("edit", {"all_estates": ""}), ("roles", {"roles": ["cashier"]})],
)
def test_a_second_tab_is_refused(sign_in: SignIn, db: Session, path: str, change: dict[str, Any]) -> None:
    """Also when the first tab changed only the roles, the estates or the supervision."""
    client, user = sign_in("administrator"), make.make_user()
    for first in ({"roles": ["dispatcher"]}, None):
        seen = user_called(db, user.username)
        sent = facts(seen) | change
        if first:
            whole = {"version": seen.version} | first
            assert client.post(f"/admin/users/{user.id}/roles", data=whole).status_code == 302
        else:
            department = make.make_department()
            whole = facts(seen, supervises=[department.id])
            assert client.post(f"/admin/users/{user.id}/edit", data=whole).status_code == 302
        assert client.post(f"/admin/users/{user.id}/{path}", data=sent).status_code == 409


def test_a_second_tab_shows_only_what_differs(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    """What is ticked counts in any order."""
    client, user = sign_in("administrator"), make.make_user(estates=[estate, other_estate])
    sent = facts(user, estates=sorted([estate.id, other_estate.id], reverse=True))
    address = f"/admin/users/{user.id}/edit"
    assert client.post(address, data=sent | {"email": "first@example.cn"}).status_code == 302
    answer = client.post(address, data=sent | {"email": "second@example.cn"})
    assert answer.status_code == 409
    assert answer.text.count("采用现有内容") == 1


def test_roles_are_changed_and_hold_at_once(sign_in: SignIn, db: Session) -> None:
    desk, user = sign_in("limin"), user_called(db, "limin")
    assert desk.get("/tenants/customers").status_code == 200
    answer = sign_in("administrator").post(
        f"/admin/users/{user.id}/roles", data={"version": user.version, "roles": ["repair_worker"]}
    )
    assert answer.status_code == 302
    assert desk.get("/tenants/customers").status_code == 403
    assert last_event(db, "RolesChanged")["changes"] == {"roles": [["service_desk"], ["repair_worker"]]}


def test_switching_an_account_off_ends_its_sessions_at_once(sign_in: SignIn, client: FlaskClient, db: Session) -> None:
    desk, user = sign_in("limin"), user_called(db, "limin")
    admin = sign_in("administrator")
    answer = admin.post(f"/admin/users/{user.id}/deactivate", data={"version": user.version})
    assert answer.status_code == 302
    assert desk.get("/").location.startswith("/login")
    assert client.post("/login", data={"username": "limin", "password": DEMO_PASSWORD}).status_code == 401
    assert db.scalars(select(LoginSession).filter_by(user_id=user.id, ended_at=None)).all() == []
    seen = user_called(db, "limin").version
    assert admin.post(f"/admin/users/{user.id}/activate", data={"version": seen}).status_code == 302
    assert desk.get("/").location.startswith("/login"), "an ended session stays ended"
    assert client.post("/login", data={"username": "limin", "password": DEMO_PASSWORD}).status_code == 302


def test_a_reset_password_is_shown_once_and_ends_the_sessions(
    sign_in: SignIn, client: FlaskClient, db: Session
) -> None:
    desk, user = sign_in("limin"), user_called(db, "limin")
    admin = sign_in("administrator")
    answer = admin.post(f"/admin/users/{user.id}/reset_password", data={"version": user.version})
    [password] = re.findall(r"<code>([^<]+)</code>", answer.text)
    assert desk.get("/").location.startswith("/login")
    assert client.post("/login", data={"username": "limin", "password": DEMO_PASSWORD}).status_code == 401
    assert client.post("/login", data={"username": "limin", "password": password}).status_code == 302
    assert user_called(db, "limin").must_change_password
    assert password not in admin.get(f"/admin/users/{user.id}").text
    assert password not in str([entry.data for entry in db.scalars(select(LogEntry))])


def test_a_reset_second_factor_is_gone(sign_in: SignIn, db: Session) -> None:
    user = make.make_user(second_factor=b"sealed", second_factor_since=utc_now())
    login = make.make_login_session(user)
    answer = sign_in("administrator").post(
        f"/admin/users/{user.id}/reset_second_factor", data={"version": user.version}
    )
    assert answer.status_code == 302
    assert user_called(db, user.username).second_factor is None
    assert db.get_one(LoginSession, login.id).ended_at is not None
    assert last_event(db, "SecondFactorReset")["username"] == user.username


def expected(action: str, *, own: bool, active: bool, factor: bool) -> bool:
    """Whether the step is possible: the table in one place, written again."""
    return {
        "activate": not active,
        "deactivate": active and not own,
        "reset_password": not own,
        "reset_second_factor": factor and not own,
        "end_sessions": not own,
        "change_roles": not own,
    }[action]


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("factor", [True, False])
@pytest.mark.parametrize("action", STEPS)
def test_every_step_in_every_state(work: Work, action: str, own: bool, active: bool, factor: bool) -> None:
    made = make.make_user(active=active, second_factor=b"sealed" if factor else None)
    with work() as db:
        if own:
            g.actor = Actor(name="林青", permissions=frozenset(), user_id=made.id)
        user = whole(db, made.id)
        act = getattr(accounts, action)
        arguments = [user, [RoleName.cashier]] if action == "change_roles" else [user]
        assert bool(accounts.hindrance(user, action)) != expected(action, own=own, active=active, factor=factor)
        if expected(action, own=own, active=active, factor=factor):
            act(*arguments)
            assert db.info["events"]
        else:
            with pytest.raises(DomainError):
                act(*arguments)
            assert "events" not in db.info


def only_administrator(db: Session) -> User:
    """刘洋 is the only one; others are switched off, which does not count."""
    make.make_user(RoleName.administrator, active=False)
    return user_called(db, "liuyang")


@pytest.mark.parametrize("act", [accounts.deactivate, lambda user: accounts.change_roles(user, [RoleName.cashier])])
def test_the_last_administrator_stays(work: Work, db: Session, act: Callable[[User], Any]) -> None:
    last = only_administrator(db).id
    with work() as session, pytest.raises(DomainError, match=r"管理员|administrator"):
        act(whole(session, last))
    make.make_user(RoleName.administrator)
    with work() as session:
        act(whole(session, last))


def test_the_last_administrator_may_get_more_roles(work: Work, db: Session) -> None:
    last = only_administrator(db).id
    with work() as session:
        accounts.change_roles(whole(session, last), [RoleName.administrator, RoleName.cashier])
    assert roles_of(db, last) == {"administrator", "cashier"}


@pytest.mark.parametrize(
    "role", ["archivist", "title_custodian", "project_manager", "deputy_general_manager", "general_manager", "chairman"]
)
def test_whoever_keeps_the_accounts_neither_signs_nor_approves(work: Work, db: Session, role: str) -> None:
    """2.9: not by a change, not at the opening, in neither order."""
    both, made = [RoleName.administrator, RoleName(role)], make.make_user(RoleName(role))
    with work() as session, pytest.raises(DomainError):
        accounts.change_roles(whole(session, made.id), both)
    with work(), pytest.raises(DomainError):
        accounts.open_account("linqing", "林青", both)
    assert roles_of(db, made.id) == {role}


def test_nobody_is_left_without_a_role(work: Work) -> None:
    made = make.make_user()
    with work() as session, pytest.raises(DomainError):
        accounts.change_roles(whole(session, made.id), [])


def test_the_page_of_the_own_account_says_why_not(sign_in: SignIn, db: Session) -> None:
    client, own = sign_in("administrator"), user_called(db, "liuyang")
    page = client.get(f"/admin/users/{own.id}").text
    assert "不能修改自己的岗位" in page
    assert f"/admin/users/{own.id}/deactivate" not in page
    assert client.post(f"/admin/users/{own.id}/deactivate", data={"version": own.version}).status_code == 409
    sent = {"version": own.version, "roles": ["administrator", "chairman"]}
    assert client.post(f"/admin/users/{own.id}/roles", data=sent).status_code == 422
    assert roles_of(db, own.id) == {"administrator"}


MARKED = (
    ("new", {"username": "chenjie", "full_name": "陈洁", "roles": ["chairman"], "department_id": ""}),
    ("{}/edit", {"full_name": "林清", "department_id": ""}),
    ("{}/roles", {"roles": ["chairman"]}),
    ("{}/deactivate", {}),
    ("{}/reset_password", {}),
)


@pytest.mark.parametrize(("path", "sent"), MARKED)
def test_marked_steps_ask_for_the_password_again(sign_in: SignIn, db: Session, path: str, sent: dict[str, Any]) -> None:
    client, user = sign_in("administrator"), make.make_user()
    db.execute(update(LoginSession).values(confirmed_at=None))
    db.commit()
    answer = client.post(f"/admin/users/{path.format(user.id)}", data={"version": user.version} | sent)
    assert 'type="password"' in answer.text
    kept = user_called(db, user.username)
    assert (kept.active, kept.full_name, kept.must_change_password) == (True, "林青", False)
    assert roles_of(db, user.id) == {"service_desk"}
    assert db.scalars(select(User).filter_by(username="chenjie")).one_or_none() is None


def test_whoever_sees_some_estates_keeps_accounts_within_them(
    sign_in: SignIn, db: Session, estate: Estate, other_estate: Estate
) -> None:
    client, admin = sign_in("administrator"), user_called(db, "liuyang")
    admin.all_estates = False
    db.add(UserEstate(user_id=admin.id, estate_id=estate.id))
    db.commit()
    inside, outside = make.make_user(estates=[estate]), make.make_user(estates=[other_estate])
    everywhere, both = make.make_user(), make.make_user(estates=[estate, other_estate])
    page = client.get("/admin/users").text
    assert inside.username in page
    for user in (outside, everywhere, both):
        assert user.username not in page
        assert client.get(f"/admin/users/{user.id}").status_code == 404
        assert client.post(f"/admin/users/{user.id}/reset_password").status_code == 404
    sent = facts(inside, all_estates="y", estates=[other_estate.id])
    assert client.post(f"/admin/users/{inside.id}/edit", data=sent).status_code == 422
    client.post(f"/admin/users/{inside.id}/edit", data=facts(inside, all_estates="y", estates=[estate.id]))
    assert not user_called(db, inside.username).all_estates


def test_the_list_is_narrowed_by_each_filter(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    client, department = sign_in("administrator"), make.make_department()
    found = make.make_user(RoleName.chairman, estates=[other_estate], department_id=department.id, active=False)
    other = make.make_user(estates=[estate])
    for query in (
        f"q={found.username}",
        "role=chairman&q=user",
        f"department={department.id}",
        f"estate={other_estate.id}&q=user",
        "active=no",
    ):
        page = client.get(f"/admin/users?{query}").text
        assert found.username in page, query
        assert other.username not in page, query


def test_the_account_costs_as_many_queries_with_many_roles(
    sign_in: SignIn, queries: Callable[..., Any], estate: Estate, other_estate: Estate, db: Session
) -> None:
    client = sign_in("administrator")
    little, much = make.make_user(estates=[estate]), make.make_user(estates=[estate, other_estate])
    for role in (RoleName.cashier, RoleName.dispatcher):
        db.add(UserRole(user_id=much.id, role=role))
    for _ in range(3):
        db.add(Supervision(user_id=much.id, department_id=make.make_department().id))
    db.commit()
    counts = []
    for user in (little, much):
        client.get(f"/admin/users/{user.id}")
        with queries() as seen:
            assert client.get(f"/admin/users/{user.id}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_departments_are_added_renamed_and_removed(sign_in: SignIn, db: Session) -> None:
    client = sign_in("administrator")
    assert client.post("/admin/departments/new", data={"name": "保安部"}).status_code == 302
    made = db.scalars(select(Department).filter_by(name="保安部")).one()
    again = client.post("/admin/departments/new", data={"name": "保安部"})
    assert again.status_code == 422
    assert "已经有“保安部”" in again.text
    path = f"/admin/departments/{made.id}/edit"
    assert client.post(path, data={"name": "安保部", "version": "保安部"}).status_code == 302
    assert last_event(db, "DepartmentRenamed")["changes"] == {"name": ["保安部", "安保部"]}
    stale = client.post(path, data={"name": "保卫部", "version": "保安部"})
    assert stale.status_code == 409
    for shown in ('value="保卫部"', "<b>安保部</b>", 'value="安保部"'):  # typed, stored, and what is sent next
        assert shown in stale.text
    db.expire_all()
    assert db.get_one(Department, made.id).name == "安保部"
    assert client.post(path, data={"name": "保卫部", "version": "安保部"}).status_code == 302
    assert client.post(f"/admin/departments/{made.id}/remove").status_code == 302
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("how", ["member", "supervised"])
def test_a_department_in_use_stays(sign_in: SignIn, db: Session, how: str) -> None:
    department = make.make_department()
    user = make.make_user(department_id=department.id if how == "member" else None)
    if how == "supervised":
        db.add(Supervision(user_id=user.id, department_id=department.id))
        db.commit()
    answer = sign_in("administrator").post(f"/admin/departments/{department.id}/remove")
    assert answer.status_code == 409
    db.expire_all()
    assert db.get(Department, department.id) is not None


def test_somebody_elses_session_is_ended(sign_in: SignIn, db: Session) -> None:
    desk, admin = sign_in("limin"), sign_in("administrator")
    login = db.scalars(select(LoginSession).filter_by(user_id=user_called(db, "limin").id)).one()
    assert "limin" in admin.get("/admin/sessions").text
    assert admin.post(f"/admin/sessions/{login.id}/end").status_code == 302
    assert desk.get("/").location.startswith("/login")
    assert "limin" not in admin.get("/admin/sessions").text
    assert admin.post(f"/admin/sessions/{login.id}/end").status_code == 409
    own = db.scalars(select(LoginSession).filter_by(user_id=user_called(db, "liuyang").id)).one()
    assert admin.post(f"/admin/sessions/{own.id}/end").status_code == 409


def test_one_time_passwords_are_never_alike(app: Any) -> None:
    with app.app_context():
        g.actor = system_actor("tests")
        made = {accounts.one_time_password("limin") for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"(\w{4}-){3}\w{4}", password) for password in made)
