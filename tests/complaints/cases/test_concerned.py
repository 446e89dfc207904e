"""The department complained about, and the person, can end nothing: over every route of a case, by every role."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from crm.auth.models import LoginSession, User
from crm.auth.passwords import token_hash
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.auth.views.pages import COOKIE_KEY
from crm.complaints.cases import queries
from crm.complaints.cases.models import Complaint, ComplaintCallback, ComplaintState, ComplaintStep
from crm.complaints.cases.outsiders import outsiders
from crm.complaints.cases.service import concerned
from crm.dates import business_day, utc_now
from crm.db import open_session
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import department_called, make_callback, make_caller, make_case, make_to_call
from tests.repairs.making import user_called
from tests.roles import ROLES_THAT_DIFFER, covering, walking

S = ComplaintState
P = Permission
HANDLING = frozenset({P.complaint_handle, P.complaint_visit, P.complaint_log, P.complaint_lead})
HANDLERS = [role for role in ROLES_THAT_DIFFER if ROLES[role] & HANDLING]
# what a role may depends on no relation: one relation for all roles, the others for roles that may everything together
CONCERNED = [(role, "department") for role in walking(HANDLERS, HANDLING)]
CONCERNED += [(role, whom) for role in covering(HANDLERS, HANDLING) for whom in ("person", "colleague")]
PART = {"HX-Request": "true"}  # of a page that is refused
STATES = [S.received, S.investigating, S.replied, S.called_back, S.closed]
ANSWERS = ("satisfied", "unsatisfied", "unreached")
JUDGED = {"closed", "filed", "withdrawn", "joined", "called_back", "reopened", "plan_approved", "classified"}
EVERYTHING = {  # whatever a form may want
    "reason": "了结",
    "note": "了结",
    "reply": "已处理",
    "plan": "换人",
    "outcome": "unjustified",
    "cause": "outside",
    "cause_words": "与我们无关",
    "severity": "ordinary",
    "about": "service",
    "words": "满意",
    "number": "T2611-0001",
}


def entered(app: Flask, user: User) -> FlaskClient:
    token, now = secrets.token_urlsafe(32), utc_now()
    moments = {"started_at": now, "seen_at": now, "confirmed_at": now}
    where = {"address": "127.0.0.1", "agent": "werkzeug", "token_hash": token_hash(token)}
    with open_session() as own:
        own.execute(insert(LoginSession).values(user_id=user.id, **moments, **where))
        own.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({COOKIE_KEY: token})
    return client


def routes(app: Flask, role: RoleName | None = None) -> list[Any]:
    """Everything that can be sent about a case, of what the role may at all."""
    sent = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    about = [rule for rule in sent if "complaint_id" in rule.arguments]
    asked = {rule.endpoint: app.view_functions[rule.endpoint].permission for rule in about}  # type: ignore[attr-defined]
    return [rule for rule in about if role is None or asked[rule.endpoint] in ROLES[role]]


def test_there_are_such_routes(app: Flask) -> None:
    assert {"complaints.close", "complaints.callback", "complaints.withdraw", "complaints.file"} <= {
        rule.endpoint for rule in routes(app)
    }


@pytest.mark.parametrize(("role", "whom"), CONCERNED)
def test_whoever_it_is_about_ends_nothing(app: Flask, db: Session, estate: Estate, role: RoleName, whom: str) -> None:
    """Of a person whatever department is named beside: the colleagues are as close."""
    engineers, desk = department_called("工程维修部"), department_called("客户服务部")
    user = make.make_user(role, department_id=desk if whom == "person" else engineers)
    client = entered(app, user)
    about = {
        "department": {"about_department_id": engineers},
        "person": {"about_department_id": desk, "about_user_id": user.id},
        "colleague": {"about_department_id": desk, "about_user_id": make.make_user(role, department_id=engineers).id},
    }[whom]
    for state in STATES:
        case = make_case(estate, state, make.make_unit(estate), **about, wants_callback=state is S.replied, level=0)
        caller = make_caller(case)
        for rule in routes(app, role):
            known = {**dict.fromkeys(rule.arguments, 1), "complaint_id": case.id, "link_kind": "letter"}
            with app.test_request_context():
                path = rule.build(known)[1]
            for answer in ANSWERS if rule.endpoint == "complaints.callback" else ANSWERS[:1]:
                sent = {"version": version_of(case), "key": secrets.token_hex(8), "answer": answer}
                choice = {"caller_id": caller.id, "category_id": case.category_id, "about_department_id": desk}
                client.post(path, data={**EVERYTHING, **sent, **choice}, headers=PART)
    with open_session() as own:
        steps = own.query(ComplaintStep).filter_by(taken_by_id=user.id).all()
        assert [step.action for step in steps if step.to_state in JUDGED and step.from_state != step.to_state] == []
        assert {step.action for step in steps} <= {
            "acknowledge",
            "assign",
            "investigate",
            "plan",
            "act",
            "reply",
            "contact",
            "escalate",
        }
        assert own.query(ComplaintCallback).filter_by(made_by_id=user.id).count() == 0
        assert own.query(Complaint).filter(Complaint.state.in_(("withdrawn", "joined", "filed"))).count() == 0


def version_of(case: Complaint) -> int:
    with open_session() as own:
        return own.get_one(Complaint, case.id).version


def test_neither_the_list_nor_the_bell_asks_a_colleague(work: Any, db: Session, estate: Estate) -> None:
    """As the step itself: of a person in another department than the one that is named, of one in none."""
    limin, nobody = user_called("limin"), make.make_user(RoleName.service_desk)
    engineer, about = user_called("zhangjg"), {"about_department_id": None}
    cases = {
        "colleague": make_to_call(estate, about_department_id=engineer.department_id, about_user_id=limin.id),
        "engineer": make_to_call(estate, about_user_id=engineer.id, **about),
        "nobody": make_to_call(estate, about_user_id=nobody.id, **about),
        "none": make_to_call(estate, **about),
    }
    names = {case.id: name for name, case in cases.items()}
    for actor, asked in (
        (as_("zhouhui"), {"engineer", "nobody", "none"}),
        (replace(as_("zhouhui"), department_id=None), {"nobody", "none"}),
    ):
        with work(actor) as own:
            listed = {names[row.id] for row in own.execute(queries.to_call(business_day()))}
            free = {name for name, case in cases.items() if not concerned(queries.get_case(case.id))}
            assert listed == free == asked
    with work():
        told = outsiders(queries.get_case(cases["colleague"].id), P.complaint_lead)
        assert "周慧" not in {user.full_name for user in told}


def test_the_same_forms_do_end_it_for_somebody_else(app: Flask, db: Session, estate: Estate) -> None:
    """So that the test above refuses for the right reason."""
    user = make.make_user(RoleName.desk_supervisor, department_id=department_called("客户服务部"))
    client = entered(app, user)
    for state, path, ended in (
        (S.called_back, "close", S.closed),
        (S.replied, "withdraw", S.withdrawn),
        (S.replied, "", S.called_back),
    ):
        case = make_case(estate, state)
        caller = make_caller(case)
        if state is S.called_back:
            make_callback(case, satisfied=True, caller_id=caller.id)
        sent = {"version": case.version, "key": secrets.token_hex(8), "answer": "satisfied", "caller_id": caller.id}
        address = f"/complaints/{case.id}/{path}" if path else f"/complaints/callbacks/{case.id}"
        assert client.post(address, data={**EVERYTHING, **sent}).status_code == 302
        with open_session() as own:
            assert own.get_one(Complaint, case.id).state is ended
