"""Issuing a notice: its number, and the words of every household, frozen at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.bulk import pour
from crm.correspondence.audience.chosen import restored
from crm.correspondence.audience.queries import households
from crm.correspondence.notices.events import NoticeIssued
from crm.correspondence.notices.models import Notice, NoticeHousehold
from crm.correspondence.notices.placeholders import Whom, Words, general, missing, told
from crm.correspondence.notices.service.drafting import passed
from crm.correspondence.notices.service.steps import STEPS
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.numbering import take_all
from crm.properties.models import Estate
from crm.steps.taking import NOTHING_SAID, NOW, Said

SERIES, PATTERN = "通知", "通〔{year}〕{serial:04d}号"


class OthersNow(DomainError):
    """It would go to others than were shown: to how many."""

    def __init__(self, told_now: str, count: int) -> None:
        super().__init__(told_now)
        self.count = count


def issue(notice: Notice, said: Said = NOTHING_SAID, shown: int | None = None) -> None:
    """`shown`: how many households the preview had. Raises `DomainError` where it is for nobody, for others than were
    shown, where a placeholder says nothing yet or a day has passed."""
    STEPS.hold_unchanged(notice)
    STEPS.expect(notice, "issue")
    words, day = Words(subject=notice.subject, body=notice.body), business_day()
    people = session().execute(households(restored(notice.audience), day)).all()
    _expect_sound(notice, words, len(people), shown)
    [number] = take_all(SERIES, PATTERN, year=day.year, count=1)
    same = general(session().get_one(Estate, notice.estate_id), notice.facts, number.text, day)
    issued = {"issued_by_id": g.actor.user_id, "issued_by": g.actor.name, "issued_at": NOW, "households": len(people)}
    STEPS.take(notice, "issue", said, number_id=number.id, number=number.text, **issued)
    pour(NoticeHousehold, list(_rows(notice.id, words, same, people)))
    _tell(notice, people)


def _expect_sound(notice: Notice, words: Words, count: int, shown: int | None) -> None:
    if reason := missing(words, notice.facts) or passed(notice):
        raise DomainError(reason)
    if not count:
        raise DomainError(_("Nobody is in this audience today. Change whom it is for."))
    if shown is not None and shown != count:
        told_now = _("It would go to %(now)s households now, not %(shown)s. Look again.", now=count, shown=shown)
        raise OthersNow(told_now, count)


def _rows(notice_id: int, words: Words, same: dict[str, str], people: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for position, row in enumerate(people, start=1):
        said = told(words, same, Whom(name=row.name, label=row.label))
        yield {
            "notice_id": notice_id,
            "position": position,
            "unit_id": row.unit_id,
            "customer_id": row.customer_id,
            "name": row.name,
            "label": row.label,
            "subject": said.subject,
            "body": said.body,
        }


def _tell(notice: Notice, people: Sequence[Any]) -> None:
    record(
        NoticeIssued(
            household_notice_id=notice.id,
            estate_id=notice.estate_id,
            customer_ids=sorted({row.customer_id for row in people}),
            number=notice.number or "",
            subject=notice.subject,
            households=notice.households,
        )
    )
