"""Every state × action of a complaint, what hinders a step, and who may not take it because it is about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm.auth.actor import Actor, permissions_of
from crm.auth.permissions import ROLES, RoleName
from crm.complaints.cases import service
from crm.complaints.cases.figures import CALLBACK_ATTEMPTS
from crm.complaints.cases.hindrances import close_hindrances
from crm.complaints.cases.models import WORKFLOW, Complaint, ComplaintState, Outcome
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, Heard, Said
from crm.complaints.cases.service.steps import BY_OTHERS, STEPS
from crm.complaints.categories.models import Severity
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.policy.service import set_value
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import (
    NOW,
    department_called,
    make_callback,
    make_caller,
    make_case,
    make_complained,
    make_step,
    make_to_call,
)
from tests.repairs.making import user_called

S = ComplaintState
AT_WORK = "classified investigating plan_approved acting reopened"
UNREPLIED = f"received acknowledged {AT_WORK}"
ALLOWED = {  # action -> from where, where it leads ("": nowhere)
    "acknowledge": ("received", "acknowledged"),
    "classify": ("received acknowledged", "classified"),
    "reclassify": (AT_WORK, ""),
    "assign": (UNREPLIED, ""),
    "investigate": ("classified reopened", "investigating"),
    "plan": ("investigating", ""),
    "approve_plan": ("investigating", "plan_approved"),
    "act": ("investigating plan_approved", "acting"),
    "reply": ("investigating plan_approved acting", "replied"),
    "contact": (f"{UNREPLIED} replied", ""),
    "unreached": ("called_back replied", ""),
    "content": ("called_back replied", "called_back"),
    "discontent": ("called_back replied", "reopened"),
    "reopen": ("called_back closed", "reopened"),
    "escalate": (UNREPLIED, ""),
    "close": ("replied called_back", "closed"),
    "file": ("closed", "filed"),
    "withdraw": (f"{UNREPLIED} replied", "withdrawn"),
    "join": (UNREPLIED, "joined"),
}
ENDING = "approve_plan unreached content discontent reopen close file withdraw join".split()


CALLS = {"unreached", "content", "discontent"}


def of(state: ComplaintState, *, wants_callback: bool = True) -> Complaint:
    """A case whose own facts hinder nothing; `wants_callback` False: but a call-back."""
    facts: dict[str, Any] = {"severity": Severity.ordinary, "level": 0, "plan": "换人", "acknowledged_at": "then"}
    return Complaint(state=state, wants_callback=wants_callback, **facts)


def test_the_table_names_every_action() -> None:
    assert set(ALLOWED) == set(WORKFLOW)


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(app: Any, state: ComplaintState, action: str) -> None:
    sources, target = ALLOWED[action]
    case = of(state)
    with app.test_request_context():
        if state in sources.split():
            WORKFLOW.take(case, action)
            assert case.state == (target or state)
        else:
            with pytest.raises(IllegalTransition) as refused:
                WORKFLOW.take(case, action)
            assert str(refused.value), "a refusal says why"
            assert case.state is state


@pytest.mark.parametrize(
    ("action", "state", "given"),
    [
        ("classify", S.received, {"acknowledged_at": None}),
        ("approve_plan", S.investigating, {"plan": ""}),
        ("act", S.investigating, {"severity": Severity.urgent}),
        ("act", S.investigating, {"level": 1}),
        ("reply", S.investigating, {"severity": Severity.urgent}),
        ("reply", S.investigating, {"level": 1}),
        *(
            (action, state, {"wants_callback": False})
            for action in sorted(CALLS)
            for state in (S.replied, S.called_back)
        ),
    ],
)
def test_what_hinders_a_step(app: Any, action: str, state: ComplaintState, given: dict[str, Any]) -> None:
    case = of(state)
    for name, value in given.items():
        setattr(case, name, value)
    with app.test_request_context():
        assert WORKFLOW.hindrance(case, action)


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("role", RoleName)
@pytest.mark.parametrize("state", S)
def test_every_role_state_and_action(
    app: Any, work: Callable[..., Any], role: RoleName, state: ComplaintState, *, asked: bool
) -> None:
    """Offered is what the table allows from here to whoever holds the permission and the level: a call-back where
    somebody can be asked, else the end."""
    me = Actor(name="某人", user_id=1, department_id=1, permissions=permissions_of([role]), roles=(role,))
    case, without = of(state, wants_callback=asked), {"close"} if asked and state is S.replied else set()
    if state is S.called_back:  # by nobody else who could be asked
        without = CALLS
    case.about_department_id, case.about_user_id, case.handler_id, case.id = 2, 3, 4, -1
    with work(me):
        offered = set(STEPS.offered(case))
        assert offered == {
            action
            for action, (sources, _target) in ALLOWED.items()
            if state in sources.split() and WORKFLOW[action].permission in ROLES[role]
        } - (without if asked else CALLS)


MAY = {  # role -> actions beside those of nobody
    "service_desk": "acknowledge classify reclassify assign investigate plan act reply contact unreached content "
    "discontent escalate close file withdraw join",
    "desk_supervisor": " ".join(WORKFLOW),
    "dispatcher": "acknowledge classify reclassify assign investigate plan act reply contact escalate withdraw join",
    "cashier": "acknowledge contact withdraw",
    "auditor": "",
    "administrator": "",
    "repair_worker": "",
    "general_manager": "classify reclassify assign investigate plan approve_plan act reply unreached content "
    "discontent reopen escalate close file join",
}


@pytest.mark.parametrize("role", MAY)
def test_a_role_takes_the_steps_that_are_its_own(role: str) -> None:
    own = {name for name, step in WORKFLOW.items() if step.permission in ROLES[RoleName(role)]}
    assert own == set(MAY[role].split())


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("who", ["limin", "zhouhui", "hanbing"])
def test_whoever_decides_higher_up_handles_what_has_gone_up(work: Callable[..., Any], level: int, who: str) -> None:
    rank = {"limin": 0, "zhouhui": 1, "hanbing": 2}[who]
    case = of(S.investigating)
    case.level = level
    with work(as_(who)):
        for action in ("plan", "reply", "assign", "act" if level == 0 else "reply"):
            assert bool(STEPS.not_entitled(case, action)) is (level > rank), action
        assert STEPS.not_entitled(case, "contact") == ""
        assert bool(STEPS.hindrance(case, "escalate")) is (level == 2)


# Whoever it is about ends nothing


def test_what_ends_or_judges_is_named() -> None:
    """What moves to an end, judges the handling, or says whom it is about."""
    ends = {"closed", "filed", "withdrawn", "joined", "called_back", "reopened", "plan_approved"}
    judging = {name for name, step in WORKFLOW.items() if step.target in ends} | {"unreached"}
    assert {*judging, "classify", "reclassify"} == BY_OTHERS


@pytest.mark.parametrize("action", sorted(BY_OTHERS))
@pytest.mark.parametrize("role", [role for role in RoleName if ROLES[role]])
def test_whoever_it_is_about_is_refused_whatever_the_role(
    work: Callable[..., Any], estate: Estate, role: RoleName, action: str
) -> None:
    """The department, the person, and an account of which nobody can say whether it is of the department."""
    state = S(ALLOWED[action][0].split()[-1])
    made = make_case(estate, state, make.make_unit(estate), about_user_id=user_called("maqiang").id)
    blamed = user_called("zhangjg")
    ours = Actor(name="某人", user_id=blamed.id, department_id=blamed.department_id, permissions=permissions_of([role]))
    herself = replace(ours, user_id=user_called("maqiang").id, department_id=department_called("客户服务部"))
    unknown = replace(ours, user_id=user_called("limin").id, department_id=None)
    for me in (ours, herself, unknown):
        with work(me):
            case = get_case(made.id)
            assert action not in STEPS.offered(case)
            assert STEPS.not_entitled(case, action)
            with pytest.raises(IllegalTransition):
                STEPS.take(case, action, Said(reason="了结"))
    with work() as db:
        assert db.get_one(Complaint, made.id).state is state


def test_the_verbs_are_refused_too(work: Callable[..., Any], estate: Estate) -> None:
    replied, closed = make_complained(estate, S.replied), make_case(estate, S.closed)
    with work(as_("sunhao")):
        for act in (
            lambda: service.call_back(get_case(replied.id), Heard(satisfied=True)),
            lambda: service.call_back(get_case(replied.id), Heard(satisfied=None)),
            lambda: service.withdraw(get_case(replied.id), Said(reason="不投诉了")),
            lambda: service.filed(closed.id),
            lambda: service.file_again(get_case(closed.id)),
            lambda: service.reopen(get_case(closed.id), Said(reason="不对")),
        ):
            with pytest.raises(NotEntitled):
                act()


def test_the_wrong_department_keeps_its_hands_off_its_own_name(work: Callable[..., Any], estate: Estate) -> None:
    """Nobody moves a complaint from the own department to another."""
    made = make_case(estate, S.acknowledged)
    with work(as_("sunhao")):
        assert STEPS.not_entitled(get_case(made.id), "classify")
    with work(as_("limin")):
        assert STEPS.not_entitled(get_case(made.id), "classify") == ""


def test_a_plan_is_approved_by_somebody_else(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.investigating, severity=Severity.urgent, level=1)
    with work(as_("zhouhui")):
        service.plan(get_case(made.id), "换人，24小时内上门")
    with work(as_("zhouhui")):
        assert "approve_plan" not in STEPS.offered(get_case(made.id))
        with pytest.raises(NotEntitled):
            service.approve_plan(get_case(made.id))
    with work(as_("shentao")):
        service.approve_plan(get_case(made.id), Said(note="同意"))
    with work() as db:
        assert db.get_one(Complaint, made.id).state is S.plan_approved


def test_whoever_handled_or_replied_does_not_call_back(work: Callable[..., Any], estate: Estate) -> None:
    held = make_complained(estate, S.replied, handler_id=user_called("limin").id)
    said = make_complained(estate, S.acting)
    with work(as_("limin")):
        service.reply(get_case(said.id), "已修好")
    for made in (held, said):
        for who, free in (("limin", False), ("zhouhui", True)):
            with work(as_(who)):
                for action in ("unreached", "content", "discontent"):
                    assert (STEPS.hindrance(get_case(made.id), action) == "") is free


@pytest.mark.parametrize("state", [each for each in S if each in ALLOWED["withdraw"][0].split()])
@pytest.mark.parametrize("whose", ["handled", "replied"])
def test_whoever_handled_it_does_not_make_it_vanish(
    work: Callable[..., Any], db: Session, estate: Estate, state: S, whose: str
) -> None:
    """Before anybody has looked into it there is nothing to hide: whoever took the word of it may."""
    made = make_case(estate, state, handler_id=user_called("limin" if whose == "handled" else "caoning").id)
    if whose == "replied":
        make_step(made, "reply", taken_by_id=user_called("limin").id)
    free = state in (S.received, S.acknowledged, S.classified)
    with work(as_("limin")):
        assert ("withdraw" in STEPS.offered(get_case(made.id))) is free
        if not free:
            with pytest.raises(NotEntitled):
                service.withdraw(get_case(made.id), Said(reason="客户撤诉"))
    with work(as_("zhouhui")):
        service.withdraw(get_case(made.id), Said(reason="客户撤诉"))
    assert db.get_one(Complaint, made.id).state is S.withdrawn


@pytest.mark.parametrize(
    ("others", "wanted"), [((), False), (({"anonymous": True},), False), (({}, {"digits": ""}), True)]
)
def test_one_takes_back_nothing_for_the_others(
    work: Callable[..., Any], db: Session, estate: Estate, others: tuple[dict[str, Any], ...], *, wanted: bool
) -> None:
    made = make_complained(estate, S.replied)
    for other in others:
        make_caller(made, **other)
    with work(as_("zhouhui")):
        if wanted:
            with pytest.raises(DomainError):
                service.withdraw(get_case(made.id), Said(reason="客户撤诉"))
            assert db.get_one(Complaint, made.id).state is S.replied
        service.withdraw(get_case(made.id), Said(reason="客户撤诉"), for_all=wanted)
        step = STEPS.of(made.id)[-1]
        assert (step.to_state, step.reason) == (S.withdrawn, "客户撤诉")
        assert ("3" in step.note) is wanted
        assert "欧阳娜娜" not in step.note, "it stands in the file of each"


def test_what_packages_around_it_say_hinders_closing(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.called_back)
    found = Found(cause="response", words="没人", outcome=Outcome.justified)
    close_hindrances.append(lambda _case, outcome: "先落实纠正措施" if outcome is Outcome.justified else "")
    try:
        with work(as_("limin")):
            assert "close" in STEPS.offered(get_case(made.id)), "nobody has said yet what it comes to"
            with pytest.raises(DomainError, match="纠正措施"):
                service.close(get_case(made.id), found)
            service.close(get_case(made.id), replace(found, outcome=Outcome.unjustified))
    finally:
        close_hindrances.pop()


def test_nobody_is_called_back_where_nobody_can_be(work: Callable[..., Any], estate: Estate) -> None:
    made = make_to_call(estate, wants_callback=False)
    with work(as_("zhouhui")):
        assert not CALLS & set(STEPS.offered(get_case(made.id)))
        assert "close" in STEPS.offered(get_case(made.id))
        with pytest.raises(IllegalTransition):
            service.call_back(get_case(made.id), Heard(satisfied=True))
    with work() as db:
        assert db.get_one(Complaint, made.id).state is S.replied


@pytest.mark.parametrize("tried", [0, 1, 2, 3])
def test_whoever_is_never_reached_keeps_no_case_open(
    work: Callable[..., Any], db: Session, estate: Estate, tried: int
) -> None:
    """What was tried before the reply, or in another case, counts for nothing."""
    found = Found(cause="response", words="没人", outcome=Outcome.unjustified)
    made, other = make_to_call(estate), make_to_call(estate)
    make_callback(made, made_at=NOW)
    for _time in range(tried):
        make_callback(made)
        make_callback(other)
    with work(as_("zhouhui")):
        case = get_case(made.id)
        assert ("close" in STEPS.offered(case)) is (tried >= 3)
        assert STEPS.hindrance(case, "content") == "", "whoever is reached late is asked all the same"
        if tried >= 3:
            service.close(case, found)
        else:
            with pytest.raises(IllegalTransition):
                service.close(case, found)
    assert db.get_one(Complaint, made.id).state is (S.closed if tried >= 3 else S.replied)


def test_opened_again_it_is_tried_anew(work: Callable[..., Any], estate: Estate) -> None:
    made = make_to_call(estate, replied_at=NOW + timedelta(hours=8))
    for _time in range(3):
        make_callback(made)
    with work(as_("zhouhui")):
        assert "close" not in STEPS.offered(get_case(made.id))


def test_the_company_says_how_often_is_enough(work: Callable[..., Any], estate: Estate) -> None:
    made = make_to_call(estate)
    make_callback(made)
    with work(as_("zhouhui")):
        assert "close" not in STEPS.offered(get_case(made.id))
    with work():
        day = business_day()
        set_value(CALLBACK_ATTEMPTS, 1, day, day, "", confirmed=True, latest=0)
    with work(as_("zhouhui")):
        assert "close" in STEPS.offered(get_case(made.id))
