"""The two clocks: what is promised, what ends it, and what another severity or another day does to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm.complaints.cases import service
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import OPEN, get_case, is_late
from crm.complaints.cases.service import Heard, Judged, Said
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.wording import next_due
from crm.complaints.categories.models import Severity
from crm.dates import telling
from crm.properties.models import Estate
from tests.acting import as_
from tests.complaints.making import category_called, received


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
