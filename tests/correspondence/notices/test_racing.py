"""Two at the same moment and on real connections: nothing is noted twice, and nothing after the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select

from crm.correspondence.notices import queries, service
from crm.correspondence.notices.models import NoticeDelivery, NoticeHousehold, NoticeState, Reach
from crm.correspondence.notices.service import Reached
from crm.db import open_session
from crm.outbox.models import Mail, MailState
from crm.outbox.queries import get_mail
from crm.properties.models import Estate
from crm.steps.taking import Said
from crm.tenants.models import Customer
from tests import factories as make
from tests.acting import as_
from tests.correspondence.notices.making import make_household, make_notice
from tests.meeting import OwnCompany, both

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]


@pytest.fixture
def committing(own_company: OwnCompany) -> Work:
    """Units of work of 李敏."""
    return lambda actor=None: own_company.work(actor or as_("limin"))


def households(count: int) -> tuple[int, list[int]]:
    with open_session() as db:
        estate = db.scalars(select(Estate)).one()
    notice = make_notice(estate)
    return notice.id, [make_household(notice, unit=make.make_unit(estate)).id for _each in range(count)]


def entries(work: Work) -> int:
    with work() as db:
        return db.scalar(select(func.count(NoticeDelivery.id))) or 0


def test_letter_boxes_noted_twice_at_once_are_noted_once(committing: Work) -> None:
    _notice, ids = households(3)

    def bring() -> int:
        queries.households_of(ids)  # what the preview has shown
        return service.bring_many(ids, Reach.mailbox)

    assert both(committing, bring, bring) == [0, 3]
    assert entries(committing) == 3


@pytest.mark.parametrize("many", [False, True])
def test_nothing_is_noted_of_a_notice_that_ends_meanwhile(committing: Work, many: bool) -> None:
    """Either it came first, and the tally at the end has it, or it is refused."""
    notice_id, [household_id] = households(1)

    def deliver() -> Any:
        found = queries.get_household(household_id)
        if many:
            return service.bring_many([household_id], Reach.mailbox) and "noted"
        service.note(found, Reached(reach=Reach.hand, person="王"))
        return "noted"

    def end() -> str:
        service.end(queries.get_notice(notice_id), Said())
        return f"over, {queries.tally(notice_id).reached} reached"

    said = both(committing, deliver, end)
    assert "over, 1 reached" in said if "noted" in said else "over, 0 reached" in said
    with committing() as db:
        assert db.get_one(NoticeHousehold, household_id).notice_id == notice_id
        assert queries.get_notice(notice_id).state is NoticeState.over
        assert queries.tally(notice_id).reached == ("noted" in said)


def test_a_mail_that_goes_while_the_notice_ends_counts_before_the_end_or_not_at_all(committing: Work) -> None:
    notice_id, [household_id] = households(1)
    mail_id = make.make_mail(key=f"notice-{household_id}").id
    with committing() as db:
        db.get_one(NoticeHousehold, household_id).mail_id = mail_id

    def note_sent() -> str:
        """As the outbox does."""
        mail = get_mail(mail_id, lock=True)
        state, mail.state = mail.state, MailState.sent
        service.mail_sent(mail)
        return f"sent when {state}"

    def end() -> str:
        service.end(queries.get_notice(notice_id), Said())
        return f"over, {queries.tally(notice_id).reached} reached"

    said = both(committing, note_sent, end)
    assert said in (["over, 1 reached", "sent when waiting"], ["over, 0 reached", "sent when taken_back"])
    with committing():
        assert queries.tally(notice_id).reached == ("over, 1 reached" in said)


def test_no_mail_is_written_that_the_end_does_not_take_back(committing: Work, app: Flask) -> None:
    notice_id, [household_id] = households(1)
    with committing() as db:
        household = queries.get_household(household_id)
        db.get_one(Customer, household.customer_id).email = "owner@example.com"

    def write() -> str:
        with app.test_request_context():
            g.actor, g.request_id = as_("limin"), ""
            return "written" if service.post_notice(queries.get_household(household_id)) else "not written"

    def end() -> str:
        service.end(queries.get_notice(notice_id), Said())
        return "over"

    said = both(committing, write, end)
    with committing() as db:
        states = list(db.scalars(select(Mail.state)))
    assert states == ([MailState.taken_back] if "written" in said else [])
