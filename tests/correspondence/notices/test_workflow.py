"""Every state × action of a notice, drafts with their faults, and what issuing freezes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry, LogSubject
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.notices import queries, service
from crm.correspondence.notices.models import WORKFLOW, Notice, NoticeHousehold, NoticeState, NoticeStep, Reach
from crm.correspondence.notices.service import Reached
from crm.dates import telling
from crm.errors import DomainError, IllegalTransition, Stale
from crm.numbering import NumberSeries
from crm.properties.models import Estate
from crm.steps.taking import Said
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.books import refused
from tests.correspondence.notices.making import NOW, drafted, inhabited, make_household, make_notice

S = NoticeState
ALLOWED = {  # action -> from where, where it leads ("": nowhere)
    "change": ("draft", ""),
    "issue": ("draft", "issued"),
    "deliver": ("issued", ""),
    "end": ("issued", "over"),
    "withdraw": ("issued", "withdrawn"),
    "drop": ("draft", "dropped"),
}
WHY = Said(reason="改期")


def test_the_table_names_every_action() -> None:
    assert set(ALLOWED) == set(WORKFLOW)


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_state_and_action(work: Callable[..., Any], estate: Estate, state: NoticeState, action: str) -> None:
    """Through the product's own verbs: nothing that is refused leaves a trace."""
    inhabited(estate, 1)
    notice_id = make_household(make_notice(estate, state)).notice_id
    sources, target = ALLOWED[action]
    acts: dict[str, Callable[[Notice], object]] = {
        "change": lambda notice: service.change(notice, drafted(estate, subject="停电通知")),
        "issue": service.issue,
        "deliver": lambda notice: service.note(_first(notice), Reached(reach=Reach.mailbox)),
        "end": lambda notice: service.end(notice, Said()),
        "withdraw": lambda notice: service.withdraw(notice, WHY),
        "drop": lambda notice: service.drop(notice, WHY),
    }
    if state is S.draft and action == "issue":  # its household would be there twice
        notice_id = make_notice(estate, state).id
    if state.value not in sources.split():
        with pytest.raises(IllegalTransition), work(as_("zhouhui")):
            acts[action](queries.get_notice(notice_id))
        return
    with work(as_("zhouhui")):
        acts[action](queries.get_notice(notice_id))
    with work() as db:
        assert db.get_one(Notice, notice_id).state.value == (target or state.value)


def _first(notice: Notice) -> NoticeHousehold:
    return queries.get_household(queries.ids_of(notice.id)[0])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"body": "请看{{7*7}}。"}, "placeholder"),
        ({"body": "{0.__class__}"}, "placeholder"),
        ({"subject": "{name.__class__}"}, "placeholder"),
        ({"body": "单独的 } 号"}, "brace"),
        ({"board_from": date(2026, 11, 30), "board_until": date(2026, 11, 29)}, "before the first"),
        ({"board_from": date(2026, 11, 30)}, "both days"),
        ({"board_from": date(2026, 11, 1), "board_until": date(2026, 11, 2)}, "has passed"),
        ({"reach_by": date(2026, 11, 23)}, "has passed"),
    ],
)
def test_what_cannot_be_drafted(
    work: Callable[..., Any], db: Session, estate: Estate, given: dict[str, Any], words: str
) -> None:
    with telling(NOW), work(as_("limin")), force_locale("en"):
        assert words in refused(service.draft, drafted(estate, **given))
    assert db.scalar(select(func.count(Notice.id))) == 0


def test_a_form_sent_twice_is_one_draft(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    for _turn in range(2):
        with work(as_("limin")):
            service.draft(drafted(estate), "schluessel")
    assert db.scalar(select(func.count(Notice.id))) == 1
    assert db.scalar(select(func.count(NoticeStep.id))) == 1


def draft(work: Callable[..., Any], estate: Estate, **given: Any) -> int:
    with work(as_("limin")):
        made: int = service.draft(drafted(estate, **given)).id
    return made


def issue(work: Callable[..., Any], notice_id: int, shown: int | None = None) -> None:
    with work(as_("zhouhui")):
        service.issue(queries.get_notice(notice_id), Said(), shown)


def test_issuing_freezes_every_households_words(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    units = inhabited(estate, 3)
    notice_id = draft(work, estate)
    with telling(NOW):
        issue(work, notice_id, 3)
    rows = db.scalars(select(NoticeHousehold).order_by(NoticeHousehold.position)).all()
    notice = db.get_one(Notice, notice_id)
    assert (notice.households, [row.position for row in rows]) == (3, [1, 2, 3])
    assert notice.number
    assert notice.number.startswith("通〔2026〕")
    assert {row.unit_id for row in rows} == {unit.id for unit in units}
    first = next(row for row in rows if row.name == "住户3000")
    assert first.body.startswith("尊敬的住户3000：\n\n11月28日9时起，3-1-101因水泵检修停水。阳光花园客户服务中心")
    told = select(LogEntry.id).where(LogEntry.kind == "NoticeIssued")
    subjects = select(LogSubject.kind, LogSubject.object_id).where(LogSubject.entry_id == db.scalar(told))
    about = {tuple(row) for row in db.execute(subjects)}
    assert {("customer", row.customer_id) for row in rows} <= about
    assert ("household_notice", notice_id) in about


def test_what_a_value_holds_is_text(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    """A customer's name, and what the writer says, are never looked at again."""
    unit = make.make_unit(estate, "3-1-101")
    make.make_customer(estate, "{body}{{7*7}}%s<script>", unit)
    facts = {"begins": "{name}", "reason": "{0.__class__}"}
    issue(work, draft(work, estate, facts=facts))
    body = db.scalars(select(NoticeHousehold.body)).one()
    assert body.startswith("尊敬的{body}{{7*7}}%s<script>：")
    assert "{name}起" in body
    assert "因{0.__class__}停水" in body


def last_number(db: Session) -> int:
    return db.scalar(select(NumberSeries.last).where(NumberSeries.name == "通知")) or 0


def test_what_cannot_be_issued_takes_no_number(work: Callable[..., Any], db: Session, estate: Estate) -> None:
    before = last_number(db)
    nobody = draft(work, estate)
    with pytest.raises(DomainError), work(as_("zhouhui")):
        service.issue(queries.get_notice(nobody))
    inhabited(estate, 2)
    unsaid = draft(work, estate, facts={"begins": "明天"})
    for notice_id, shown, words in ((unsaid, None, "{reason}"), (nobody, 5, "not 5")):
        with work(as_("zhouhui")), force_locale("en"):
            assert words in refused(service.issue, queries.get_notice(notice_id), Said(), shown)
    db.expire_all()
    assert last_number(db) == before
    assert db.scalar(select(func.count(NoticeHousehold.id))) == 0
    issue(work, nobody, 2)
    db.expire_all()
    assert last_number(db) == before + 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"board_from": NOW.date(), "board_until": NOW.date()}, "change “On the board until”"),
        ({"reach_by": NOW.date()}, "change “Everybody reached by”"),
    ],
)
def test_a_notice_whose_days_have_passed_is_not_issued(
    work: Callable[..., Any], db: Session, estate: Estate, given: dict[str, Any], words: str
) -> None:
    inhabited(estate, 1)
    before = last_number(db)
    with telling(NOW):
        notice_id = draft(work, estate, **given)
        on_the_day = draft(work, estate, **given)
        issue(work, on_the_day)
    with telling(NOW + timedelta(days=1)), work(as_("zhouhui")), force_locale("en"):
        assert words in refused(service.issue, queries.get_notice(notice_id))
    db.expire_all()
    assert db.get_one(Notice, notice_id).state is NoticeState.draft
    assert last_number(db) == before + 1


def test_two_who_issue_at_once_issue_once(work: Callable[..., Any], estate: Estate) -> None:
    inhabited(estate, 1)
    notice_id = draft(work, estate)
    with pytest.raises((Stale, IllegalTransition)), work(as_("zhouhui")):  # noqa: PT012
        notice = queries.get_notice(notice_id)
        service.issue(notice)
        service.issue(notice)


def test_a_change_that_changes_nothing_is_refused(work: Callable[..., Any], estate: Estate) -> None:
    notice_id = draft(work, estate)
    with work(as_("limin")), force_locale("en"):
        assert "Nothing" in refused(service.change, queries.get_notice(notice_id), drafted(estate))
    with work(as_("limin")):
        service.change(
            queries.get_notice(notice_id), drafted(estate, audience=Audience(estate_id=estate.id, each=True))
        )
    with work() as db:
        assert db.get_one(Notice, notice_id).audience["each"] is True
