"""The two clocks: what is promised, what ends it, and what another severity or another day does to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from crm.complaints.cases import service
from crm.complaints.cases.figures import Promise
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.models import ComplaintState as S
from crm.complaints.cases.promised import promised_in_words
from crm.complaints.cases.queries import OPEN, get_case, is_late
from crm.complaints.cases.service import Heard, Judged, Said
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.terms import clocks_of
from crm.complaints.cases.wording import next_due
from crm.complaints.categories.models import Severity
from crm.dates import telling, utc_now
from crm.properties.models import Estate
from crm.worktime.clocks import ClockState
from tests.acting import as_
from tests.complaints.making import NOW, category_called, make_case, received


def china(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def dues(work: Callable[..., Any], estate: Estate, at: datetime, **given: Any) -> tuple[datetime, datetime]:
    with telling(at), work(as_("limin")):
        case = received(estate, **given)
        assert case.answer_due_at is not None
        assert case.result_due_at is not None
        return case.answer_due_at, case.result_due_at


@pytest.mark.parametrize(
    ("at", "answer", "result"),
    [
        (china(11, 24, 9), china(11, 24, 17, 30), china(11, 27, 17, 30)),  # a Tuesday: the same day, three days on
        (china(11, 24, 17, 29), china(11, 24, 17, 30), china(11, 27, 17, 30)),
        (china(11, 24, 20), china(11, 25, 17, 30), china(11, 30, 17, 30)),  # after hours: as of the next day
        (china(11, 28, 10), china(11, 30, 17, 30), china(12, 3, 17, 30)),  # a Saturday: as of Monday
        (china(1, 3, 10), china(1, 4, 17, 30), china(1, 7, 17, 30)),  # the Sunday after New Year is worked
        (china(1, 4, 10), china(1, 4, 17, 30), china(1, 7, 17, 30)),
    ],
)
def test_ordinary_ones_count_in_office_hours(
    work: Callable[..., Any], estate: Estate, at: datetime, answer: datetime, result: datetime
) -> None:
    assert dues(work, estate, at) == (answer, result)


@pytest.mark.parametrize("at", [china(11, 24, 9), china(11, 28, 23), china(10, 1, 3)])
@pytest.mark.parametrize("given", [{"category": "困人"}, {"urgent": True}, {"channel": "hotline"}])
def test_urgent_ones_count_round_the_clock(
    work: Callable[..., Any], estate: Estate, at: datetime, given: dict[str, Any]
) -> None:
    """Over the weekend and on a holiday too."""
    from crm.complaints.cases.models import Channel

    given = {**given, "channel": Channel.hotline} if "channel" in given else given
    assert dues(work, estate, at, **given) == (at + timedelta(hours=2), at + timedelta(hours=24))


def test_another_severity_keeps_what_was_waited(work: Callable[..., Any], estate: Estate) -> None:
    at = china(11, 24, 9)
    with telling(at), work(as_("limin")):
        case = received(estate)
        service.acknowledge(case, Said(note="今天上门"))
    later = at + timedelta(hours=30)
    urgent = Judged(
        category=case.category,
        severity=Severity.urgent,
        about=case.about,
        about_department_id=case.about_department_id,
    )
    with telling(later), work(as_("limin")):
        case = get_case(case.id)
        service.classify(case, urgent)
        assert case.result_due_at == at + timedelta(hours=24), "from the receipt on: it is late at once"
        assert next_due(case) == case.result_due_at
        assert faults() == []


def test_the_first_answer_ends_the_first_clock_only(work: Callable[..., Any], estate: Estate) -> None:
    at = china(11, 24, 9)
    with telling(at), work(as_("limin")):
        case = received(estate)
        assert next_due(case) == case.answer_due_at
    with telling(at + timedelta(hours=1)), work(as_("limin")):
        case = get_case(case.id)
        service.contact(case, Said(note="问了门牌"))
        assert next_due(case) == case.answer_due_at, "a word in between is no answer"
        service.acknowledge(case, Said(note="今天上门"))
        assert next_due(case) == case.result_due_at


def test_opened_again_the_result_is_promised_from_then_on(work: Callable[..., Any], estate: Estate) -> None:
    at = china(11, 24, 9)
    with telling(at), work(as_("limin")):
        case = received(estate)
        service.acknowledge(case, Said(note="今天上门"))
        service.classify(case, _plain(case))
        service.investigate(case)
        service.reply(case, "修好了")
    again = china(11, 28, 10)  # a Saturday
    with telling(again), work(as_("zhouhui")):
        case = get_case(case.id)
        assert next_due(case) is None
        service.call_back(case, Heard(satisfied=False, words="又漏了"))
        assert case.result_due_at == china(12, 3, 17, 30)
        assert faults() == []


def _plain(case: Complaint) -> Judged:
    return Judged(
        category=category_called("维修不及时"),
        severity=Severity.ordinary,
        about=case.about,
        about_department_id=case.about_department_id,
    )


def test_late_is_said_the_same_in_words_and_in_sql(work: Callable[..., Any], estate: Estate) -> None:
    from sqlalchemy import select

    at = china(11, 24, 9)
    with telling(at), work(as_("limin")):
        silent, answered = received(estate), received(estate, category="困人")
        service.acknowledge(answered, Said(note="已派人"))
        for moment in (at, at + timedelta(hours=9), at + timedelta(hours=25), at + timedelta(days=4)):
            for case in (silent, answered):
                due = next_due(case)
                late = select(Complaint.id).where(Complaint.id == case.id, is_late(moment))
                with work() as db:
                    assert (db.scalar(late) is not None) == (due is not None and due < moment)


def test_another_calendar_changes_what_is_under_way(work: Callable[..., Any], estate: Estate) -> None:
    with telling(china(11, 24, 9)), work(as_("limin")) as db:
        case = received(estate)
        case.result_due_at = case.received_at
        db.flush()
        assert [fault.column for fault in faults()] == ["result_due_at"]
        STEPS.reckon_anew(OPEN)
        assert faults() == []


@pytest.mark.parametrize(
    ("hours", "answered", "state"),
    [(1, False, ClockState.dropped), (30, False, ClockState.missed), (1, True, ClockState.met)],
)
@pytest.mark.parametrize("ends", ["withdraw", "join"])
def test_what_ends_otherwise_is_late_no_more(
    work: Callable[..., Any], estate: Estate, ends: str, hours: int, state: ClockState, *, answered: bool
) -> None:
    """What was late by then stays late, what was kept stays kept; whatever still ran ends with the step."""
    at = china(11, 24, 9)
    with telling(at), work(as_("limin")):
        case, main = received(estate), received(estate)
        if answered:
            service.acknowledge(case, Said(note="今天上门"))
    with telling(at + timedelta(hours=hours)), work(as_("limin")):
        if ends == "withdraw":
            service.withdraw(get_case(case.id), Said(reason="已自行解决"))
        else:
            service.join(get_case(case.id), get_case(main.id), Said(reason="同一件事"))
    with telling(at + timedelta(days=30)), work(as_("limin")):
        running = clocks_of(get_case(case.id), STEPS.of(case.id))
        assert running[Promise.answer].state(utc_now()) is state
        assert running[Promise.result].state(utc_now()) is ClockState.dropped


@pytest.mark.parametrize(
    ("days", "state", "answered", "said", "unsaid"),
    [
        (0, S.received, False, "The first answer comes by 2026-11-24 17:00, the result by 2026-11-27 09:00.", "late"),
        (1, S.received, False, "the result comes by 2026-11-27 09:00", "first answer"),
        (1, S.investigating, True, "the result comes by 2026-11-27 09:00", "first answer"),
        (4, S.investigating, True, "takes longer than we promised", "2026"),
        (4, S.received, False, "takes longer than we promised", "2026"),
        (1, S.replied, True, "looked into and replied to already", "2026"),
        (4, S.replied, True, "looked into and replied to already", "2026"),
    ],
)
def test_no_day_that_has_passed_is_read_out(
    work: Callable[..., Any], estate: Estate, days: int, state: S, said: str, unsaid: str, *, answered: bool
) -> None:
    made = make_case(estate, state)
    assert bool(made.acknowledged_at) is answered
    with telling(NOW + timedelta(days=days)), work(as_("limin")), force_locale("en"):
        words = promised_in_words(get_case(made.id))
    assert said in words
    assert unsaid not in words
    assert "calls and asks whether it is settled" in words
