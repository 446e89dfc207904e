"""The verbs of a complaint, from the receipt to the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.complaints.cases import service
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import (
    About,
    Channel,
    Complaint,
    ComplaintCallback,
    ComplaintState,
    ComplaintStep,
    Outcome,
    SeverityReason,
)
from crm.complaints.cases.queries import callers_of, get_case
from crm.complaints.cases.service import Found, Heard, Judged, Said
from crm.complaints.categories.models import Severity
from crm.dates import telling
from crm.errors import DomainError, IllegalTransition
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.hanging import make_verified
from tests.complaints.making import (
    category_called,
    department_called,
    make_caller,
    make_case,
    make_complained,
    make_to_call,
    received,
)
from tests.repairs.making import user_called

S = ComplaintState
TUESDAY = datetime(2026, 11, 24, 2, tzinfo=UTC)  # ten in the morning
FOUND = Found(cause="response", words="班次排少了", outcome=Outcome.justified)


def judged(**given: Any) -> Judged:
    facts: dict[str, Any] = {
        "category": category_called("维修不及时"),
        "severity": Severity.ordinary,
        "about": About.service,
        "about_department_id": department_called("工程维修部"),
    }
    return Judged(**(facts | given))


def test_from_the_receipt_to_the_end(work: Callable[..., Any], estate: Estate, db: Session) -> None:
    """Not content the first time, so it goes one level up; then somebody else plans, approves, replies, asks."""
    customer = make.make_customer(estate)
    with telling(TUESDAY):
        with work(as_("limin")):
            case = received(estate, customer_id=customer.id)
            service.acknowledge(case, Said(note="今天派人上门"))
            service.classify(case, judged(), user_called("limin").id)
            service.investigate(case)
            service.act(case)
            service.reply(case, "已修好")
            key = case.id
        with work(as_("zhouhui")):
            [caller] = callers_of(key)
            service.call_back(get_case(key), Heard(satisfied=None, caller_id=caller.id))
            service.call_back(get_case(key), Heard(satisfied=False, words="又漏了", score=1, caller_id=caller.id))
            case = get_case(key)
            assert (case.state, case.level, case.handler_id, case.reopened) == (S.reopened, 1, None, 1)
            assert (case.satisfied, case.replied_at, case.callback_due_on) == (False, None, None)
            service.investigate(case)
            service.plan(case, "换管，由厂家来")
        with work(as_("shentao")):
            service.approve_plan(get_case(key))
        with work(as_("zhouhui")):
            case = get_case(key)
            service.act(case)
            service.reply(case, "整根换了")
            assert case.callback_due_on == date(2026, 11, 27)
        with work(as_("hanbing")):
            service.call_back(get_case(key), Heard(satisfied=True, score=5, caller_id=caller.id))
            assert faults() == []
        with work(as_("limin")):
            make_verified(get_case(key))
            service.close(get_case(key), FOUND)
            assert faults() == []
            service.filed(key)
            service.filed(key)  # the job told twice
    with work() as own:
        case = own.get_one(Complaint, key)
        assert (case.state, case.cause, case.outcome, case.satisfied) == (S.filed, "response", Outcome.justified, True)
        actions = own.scalars(select(ComplaintStep.action).filter_by(complaint_id=key).order_by(ComplaintStep.id)).all()
        assert actions[-5:] == ["act", "reply", "content", "close", "file"]
        kinds = {entry.kind for entry in own.scalars(timeline("customer", customer.id))}
        assert {"ComplaintReceived", "ComplaintStepTaken", "ComplaintEnded", "ComplaintFiled"} <= kinds
        calls = own.scalars(select(ComplaintCallback.satisfied).order_by(ComplaintCallback.id)).all()
        assert calls == [None, False, True]


def test_whom_it_is_about_is_said_when_it_is_classified(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.acknowledged, about_department_id=None)
    with work(as_("limin")):
        case = get_case(made.id)
        for wrong in (
            {"about_department_id": None},
            {"about": About.person, "about_user_id": None},
        ):
            with pytest.raises(DomainError):
                service.classify(case, judged(**wrong))
        assert case.state is S.acknowledged


@pytest.mark.parametrize(
    "given",
    [
        {"about": About.neighbour, "about_department_id": None},
        {"about_department_id": None, "contractor": "cleaning"},
    ],
)
def test_a_neighbour_or_a_contractor_is_enough(work: Callable[..., Any], estate: Estate, given: dict[str, Any]) -> None:
    made = make_case(estate, S.acknowledged, about_department_id=None)
    with work(as_("limin")):
        case = get_case(made.id)
        service.classify(case, judged(**given))
        assert (case.state, case.about_department_id) == (S.classified, None)


def test_a_persons_department_counts_as_complained_about(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.acknowledged, about_department_id=None)
    with work(as_("limin")):
        case = get_case(made.id)
        blamed = user_called("zhangjg")
        service.classify(case, judged(about=About.person, about_department_id=None, about_user_id=blamed.id))
        assert case.about_department_id == blamed.department_id


def test_what_changes_is_recorded_and_nothing_is_refused(work: Callable[..., Any], estate: Estate, db: Session) -> None:
    made = make_case(estate, S.investigating, channel=Channel.hotline)
    with work(as_("limin")):
        case = get_case(made.id)
        before = (case.severity, case.about)
        service.reclassify(case, judged(severity=Severity.urgent, about=About.charge))
        assert case.severity_reason is SeverityReason.hotline
        with pytest.raises(DomainError):
            service.reclassify(case, judged(severity=Severity.urgent, about=About.charge))
    entry = db.scalars(select(LogEntry).filter_by(kind="ComplaintClassified")).one()
    assert entry.data["changes"]["severity"] == [before[0], "urgent"]
    assert entry.data["changes"]["about_what"] == [before[1], "charge"]


def test_the_case_goes_to_somebody_who_may_have_it(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.classified, handler_id=None, level=1, about_user_id=user_called("zhouhui").id)
    with work(as_("shentao")):
        case = get_case(made.id)
        for wrong in ("zhouhui", "limin", "caoning"):
            with pytest.raises(DomainError):
                service.assign(case, user_called(wrong).id)
        service.assign(case, user_called("hanbing").id)
        with pytest.raises(DomainError):
            service.assign(case, user_called("hanbing").id)
        assert case.handler_id == user_called("hanbing").id


def test_up_by_hand_it_leaves_whoever_is_too_low(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.investigating)
    with work(as_("limin")):
        case = get_case(made.id)
        with pytest.raises(DomainError):
            service.escalate(case, Said())
        service.escalate(case, Said(reason="要赔钱"))
        assert (case.level, case.handler_id) == (1, None)
        service.escalate(case, Said(reason="还不满意"))
        assert case.level == 2
        with pytest.raises(IllegalTransition):
            service.escalate(case, Said(reason="再上一级"))


@pytest.mark.parametrize("state", [S.called_back, S.closed])
def test_opened_again_everything_is_promised_anew(work: Callable[..., Any], estate: Estate, state: S) -> None:
    made = make_complained(estate, state, satisfied=True, plan="换人", result_warned_at=TUESDAY)
    with telling(TUESDAY), work(as_("zhouhui")):
        case = get_case(made.id)
        service.reopen(case, Said(reason="又坏了"))
        assert (case.state, case.level, case.reopened, case.handler_id) == (S.reopened, 1, 1, None)
        assert (case.plan, case.replied_at, case.closed_at, case.cause, case.outcome) == ("", None, None, "", None)
        assert case.result_warned_at is None
        assert case.result_due_at == datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def test_a_caller_of_another_case_is_not_asked(work: Callable[..., Any], estate: Estate) -> None:
    case, other = make_to_call(estate), make_to_call(estate)
    nameless = make_caller(case, anonymous=True)
    with work(as_("limin")):
        for caller in (callers_of(other.id)[0].id, nameless.id):
            with pytest.raises(DomainError):
                service.call_back(get_case(case.id), Heard(satisfied=True, caller_id=caller))


def test_not_content_wants_words(work: Callable[..., Any], estate: Estate, db: Session) -> None:
    made = make_to_call(estate)
    with work(as_("limin")), pytest.raises(DomainError):
        service.call_back(get_case(made.id), Heard(satisfied=False, words=" "))


@pytest.mark.parametrize("given", [{"cause": "nothing"}, {"words": " "}])
def test_it_is_closed_with_its_cause(work: Callable[..., Any], estate: Estate, given: dict[str, str]) -> None:
    made = make_case(estate, S.called_back)
    with work(as_("limin")), pytest.raises(DomainError):
        service.close(get_case(made.id), replace(FOUND, **given))


def test_nobody_to_ask_the_reply_is_the_end(work: Callable[..., Any], estate: Estate) -> None:
    with work(as_("limin")):
        case = received(estate, anonymous=True, digits="", name="")
        service.acknowledge(case, Said(note="记下了"))
        service.classify(case, judged(), user_called("zhouhui").id)
    with work(as_("zhouhui")):
        case = get_case(case.id)
        service.investigate(case)
        service.reply(case, "已处理")
        assert case.callback_due_on is None
        service.close(case, replace(FOUND, outcome=Outcome.unjustified))
        assert case.state is S.closed


def test_opened_again_meanwhile_it_is_not_filed(work: Callable[..., Any], estate: Estate) -> None:
    made = make_case(estate, S.reopened)
    with work(as_("limin")), pytest.raises(IllegalTransition):
        service.filed(made.id)


def test_those_it_comes_to_are_told_and_nobody_else(work: Callable[..., Any], estate: Estate, db: Session) -> None:
    from crm.notifications.models import Notification

    gone = make.make_user(RoleName.desk_supervisor, active=False)
    made = make_case(estate, S.investigating, handler_id=user_called("limin").id)
    with work(as_("sunhao")):
        service.escalate(get_case(made.id), Said(reason="要赔钱"))
    told = set(db.scalars(select(User.username).join(Notification, Notification.user_id == User.id)))
    assert told == {"zhouhui", "limin"}
    assert gone.username not in told
