"""Writing a notice, before anybody gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import differences, record
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.notices.events import NoticeChanged, NoticeDrafted, NoticeDropped
from crm.correspondence.notices.models import Notice, NoticeState
from crm.correspondence.notices.placeholders import WRITTEN, Words, fault_of_words
from crm.correspondence.notices.service.steps import STEPS
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.properties.models import Estate
from crm.steps.taking import NOTHING_SAID, Said

TYPED = ("kind", "subject", "body", "urgent", "wants_reading", "board_from", "board_until", "reach_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """As it is typed. `facts`: placeholder -> what it says; `wording_id`: the text that was begun with."""

    audience: Audience
    kind: str
    subject: str
    body: str
    facts: dict[str, str]
    urgent: bool = False
    wants_reading: bool = False
    board_from: date | None = None
    board_until: date | None = None
    reach_by: date | None = None
    wording_id: int | None = None

    def columns(self) -> dict[str, Any]:
        facts = {name: self.facts[name].strip() for name in WRITTEN if self.facts.get(name, "").strip()}
        return {name: getattr(self, name) for name in TYPED} | {"facts": facts, "audience": self.audience.plain()}


def find_drafted(key: str | None) -> Notice | None:
    """What a form with this key has entered already."""
    return session().scalars(select(Notice).filter_by(key=key)).one_or_none() if key else None


def draft(told: Draft, key: str | None = None) -> Notice:
    """Entered once however often the form is sent. Raises `DomainError` for words or days that cannot be."""
    estate_id = told.audience.estate_id
    if key:  # sent twice at once, the second waits and finds the first
        session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))
    if standing := find_drafted(key):
        if standing.estate_id != estate_id:
            raise UsedElsewhere
        return standing
    _expect_sound(told)
    notice = Notice(
        state=NoticeState.draft,
        estate_id=estate_id,
        wording_id=told.wording_id,
        key=key,
        drafted_by_id=g.actor.user_id,
        drafted_by=g.actor.name,
        drafted_at=utc_now(),
        **told.columns(),
    )
    session().add(notice)
    session().flush()
    STEPS.follow(notice, "draft", None)
    record(NoticeDrafted(household_notice_id=notice.id, estate_id=estate_id, subject=notice.subject))
    return notice


def change(notice: Notice, told: Draft, said: Said = NOTHING_SAID) -> None:
    """Raises `DomainError` when nothing changes."""
    _expect_sound(told)
    columns = told.columns()
    changes = differences(notice, columns)
    if not changes:
        raise DomainError(_("Nothing was changed."))
    STEPS.take(notice, "change", said, **columns)
    shown = {name: values for name, values in changes.items() if name != "audience"}
    if "audience" in changes:
        shown["audience"] = ["", _("chosen anew")]
    record(NoticeChanged(household_notice_id=notice.id, subject=notice.subject, changes=shown))


def drop(notice: Notice, said: Said) -> None:
    STEPS.take(notice, "drop", said)
    record(NoticeDropped(household_notice_id=notice.id, subject=notice.subject, reason=said.reason))


def _expect_sound(told: Draft) -> None:
    if fault := fault_of_words(Words(subject=told.subject, body=told.body)) or _fault_of_days(told):
        raise DomainError(fault)


def passed(told: Draft | Notice) -> str:
    """Which of its days lies behind, and what to change, or ""."""
    if told.board_until and told.board_until < business_day():
        return _("The last day on the board has passed: change “On the board until”.")
    if told.reach_by and told.reach_by < business_day():
        return _("The day by which everybody is to be reached has passed: change “Everybody reached by”.")
    return ""


def _fault_of_days(told: Draft) -> str:
    if told.board_from and told.board_until and told.board_until < told.board_from:
        return _("The last day on the board lies before the first.")
    if bool(told.board_from) != bool(told.board_until):
        return _("Write both days of the board, or none.")
    if fault := passed(told):
        return fault
    first, last = told.audience.floors
    if first is not None and last is not None and last < first:
        return _("The last floor lies below the first.")
    return ""
