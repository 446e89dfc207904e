"""A and B enter title documents; A obtains them, and the first one reserves the archive number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.credit import queries as credit
from crm.archive.credit import service as lending
from crm.archive.credit.models import EndBasis, Project, ProjectState
from crm.archive.dossiers.models import Appointment, Dossier
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.vault import custody
from crm.archive.vault.custody import Whereabouts
from crm.archive.vault.documents import listings, queries, service
from crm.archive.vault.documents.certificates import canonical
from crm.archive.vault.documents.service import TitleFacts
from crm.archive.vault.invariants import each_title_is_somewhere
from crm.archive.vault.models import TitleCustody, TitleDocument, TitleKind, TitleState
from crm.dates import business_day, telling, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.files.models import Upload
from crm.notifications.models import Notification
from crm.numbering import NumberState
from tests import factories as make
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import (
    CUSTODIAN,
    MANAGER,
    NOW,
    A,
    B,
    appoint_custodian,
    make_lent_project,
    make_place,
    make_title,
    titles_in_vault,
)

S = TitleState
HOUSE = TitleFacts(
    kind=TitleKind.client_ownership, name="不动产权证书", certificate_no="湘(2026)长沙市 不动产权第0000001号"
)


class People:
    def __init__(self, work: Callable[..., Any]) -> None:
        self.work, self.project = work, make_lent_project()

    @contextmanager
    def acting(self, who: str = A) -> Iterator[Project]:
        with self.work(actor_called(who)), force_locale("en"):
            yield credit.get_project(self.project.id)

    def enter(self, facts: TitleFacts = HOUSE, who: str = A, obtained_at: datetime | None = None) -> int:
        with self.acting(who) as project:
            return service.enter(project, facts, obtained_at).id

    def step(self, title_id: int, act: Callable[..., Any], *given: Any, who: str = A) -> None:
        with self.acting(who):
            document, project = queries.get_title(title_id)
            act(project, document, *given)

    def number(self) -> ArchiveNumber | None:
        with self.work() as db:
            dossier = db.get_one(Dossier, self.project.dossier_id)
            return db.get_one(ArchiveNumber, dossier.number_id) if dossier.number_id else None


@pytest.fixture
def people(work: Callable[..., Any], db: Session) -> People:
    return People(work)


def test_the_first_one_obtained_reserves_the_number_and_the_next_does_not(people: People, db: Session) -> None:
    first = people.enter(TitleFacts(kind=TitleKind.other_right, name="他项权证"), who=B)
    assert people.number() is None
    people.step(first, service.obtain, "湘他字 001", utc_now() - timedelta(hours=1))
    number = people.number()
    assert number is not None
    assert number.number.state is NumberState.reserved
    people.enter(obtained_at=utc_now())
    again = people.number()
    assert again is not None
    assert again.id == number.id

    document = db.get_one(TitleDocument, first)
    assert (document.state, document.certificate_no) == (S.with_a, "湘他字001")
    [held] = db.scalars(select(TitleCustody).filter_by(document_id=first))
    assert (held.holder_id, held.answers_id, held.starts_at) == (people.project.a_id,) * 2 + (document.obtained_at,)


def test_one_certificate_number_is_entered_once_however_it_is_written(people: People) -> None:
    first = people.enter()
    with pytest.raises(DomainError, match=r"entered already: 不动产权证书 in .*, by 王磊"):
        people.enter(
            TitleFacts(kind=HOUSE.kind, name="房产证", certificate_no="湘（２０２６）长沙市不动产权第0000001号")
        )
    for number in (HOUSE.certificate_no, "湘〔2026〕长沙市不动产权第0000001号", "湘[2026]长沙市不动产权第0000001号"):
        with pytest.raises(DomainError, match=f"entered already.*/documents/{first}"):
            people.enter(TitleFacts(kind=TitleKind.other_right, name="他项权证", certificate_no=number))
    people.step(first, service.void, "录入有误")
    people.enter()
    other = People(people.work)
    with pytest.raises(DomainError, match="entered already"):
        other.enter()


def test_of_a_project_one_does_not_see_no_more_is_told_than_that_it_is_there(people: People) -> None:
    stranger = make.user_called(MANAGER).id
    hidden = make_lent_project(a_id=stranger, b_id=make.user_called(CUSTODIAN).id)
    make_title(hidden, certificate_no=canonical(HOUSE.certificate_no))
    with pytest.raises(DomainError, match=r"in another project\. Ask the title custodian"):
        people.enter()


def test_canonical() -> None:
    assert canonical(" 湘(2026) 不动产权第ａ１号 ") == "湘（2026）不动产权第A1号"
    assert canonical("湘〔2026〕第【1】—2－3号") == "湘（2026）第（1）-2-3号"


ALLOWED = {
    S.expected: {"change", "obtain", "void"},
    S.with_a: {"change", "ask_void"},
}
ACTS: dict[str, Callable[..., Any]] = {
    "change": lambda project, document: service.change(project, document, HOUSE),
    "obtain": lambda project, document: service.obtain(project, document, "第 9 号", utc_now()),
    "void": lambda project, document: service.void(project, document, "录入有误"),
    "ask_void": lambda project, document: service.ask_void(project, document, "录入有误"),
}


@pytest.mark.parametrize("action", ACTS)
def test_every_cell(people: People, action: str) -> None:
    for state in TitleState:
        title_id = make_title(people.project, state).id
        if action in ALLOWED.get(state, set()):
            people.step(title_id, ACTS[action])
            with people.work() as db:  # makes room for the next one of this number
                db.get_one(TitleDocument, title_id).certificate_no += str(title_id)
        else:
            with pytest.raises(IllegalTransition):
                people.step(title_id, ACTS[action])


def test_who_may(people: People) -> None:
    for who in (MANAGER, CUSTODIAN):
        with pytest.raises(NotEntitled, match="Only A or B"):
            people.enter(who=who)
    expected = make_title(people.project, S.expected).id
    with pytest.raises(NotEntitled, match="Only A does this"):
        people.step(expected, ACTS["obtain"], who=B)
    people.step(expected, ACTS["void"], who=B)


def test_bad_input(people: People) -> None:
    expected = make_title(people.project, S.expected).id
    held = make_title(people.project).id
    ahead = utc_now() + timedelta(minutes=5)
    bare = TitleFacts(kind=HOUSE.kind, name="房产证")
    foreign = make.make_collateral(make_lent_project()).id
    for act, words in (
        (lambda p, d: service.obtain(p, d, " ", utc_now()), "Write the certificate number"),
        (lambda p, d: service.obtain(p, d, "第 9 号", ahead), "lies in the future"),
        (lambda p, d: service.void(p, d, " "), "Write why"),
        (lambda p, d: service.change(p, d, TitleFacts(kind=HOUSE.kind, name="证", quantity=0)), "One piece"),
        (
            lambda p, d: service.change(p, d, TitleFacts(kind=HOUSE.kind, name="证", collateral_id=foreign)),
            "collateral",
        ),
    ):
        with pytest.raises(DomainError, match=words):
            people.step(expected, act)
    with pytest.raises(DomainError, match="A has it already"):
        people.step(held, lambda p, d: service.change(p, d, bare))
    with people.work() as db:
        project = db.get_one(Project, people.project.id)
        project.state = ProjectState.withdrawn
    with pytest.raises(DomainError, match="no title document comes in"):
        people.enter()


def test_what_a_has_vanishes_by_another_only(people: People, db: Session) -> None:
    appoint_custodian()
    held = make_title(people.project).id
    with pytest.raises(IllegalTransition):
        people.step(held, service.void, "录入有误", who=B)
    with pytest.raises(DomainError, match="Nobody has asked"):
        people.step(held, service.confirm_void, who=CUSTODIAN)
    people.step(held, service.ask_void, "录入有误", who=B)
    rung = set(db.scalars(select(Notification.user_id)))
    assert rung >= {make.user_called(name).id for name in (CUSTODIAN, MANAGER)}
    for who in (A, B):
        with pytest.raises(NotEntitled, match="neither A nor B"):
            people.step(held, service.confirm_void, who=who)
    people.step(held, service.keep, "证在王磊手里", who=CUSTODIAN)
    people.step(held, service.ask_void, "录入有误")
    people.step(held, service.confirm_void, who=MANAGER)
    assert db.scalars(select(TitleCustody.id).filter_by(document_id=held, ends_at=None)).all() == []


def test_a_document_belongs_to_the_collateral_that_it_is_of(people: People) -> None:
    """Released with another's collateral it would go back too early."""
    number, owner = HOUSE.certificate_no, TitleKind.client_ownership
    house, car = (make.make_collateral(people.project, certificate_no=each).id for each in (number, "湘A12345"))
    for kind, no, collateral in ((owner, number, car), (TitleKind.other_right, number, car), (owner, "第 7 号", house)):
        facts = TitleFacts(kind=kind, name="证", certificate_no=no, collateral_id=collateral)
        with pytest.raises(DomainError, match="Choose the collateral that this document is of"):
            people.enter(facts)
    people.enter(TitleFacts(kind=TitleKind.other_right, name="他项权证", certificate_no="第 7 号", collateral_id=house))
    people.enter(TitleFacts(kind=owner, name="证", certificate_no=number, collateral_id=house))


def test_the_number_follows_the_year_of_the_end(people: People, db: Session) -> None:
    with telling(datetime(2026, 12, 20, 2, tzinfo=UTC)):
        people.enter(obtained_at=utc_now())
    evidence = make.make_upload(None, "credit").id
    with telling(datetime(2027, 1, 12, 2, tzinfo=UTC)), people.acting() as project:
        lending.end_project(project, date(2027, 1, 10), EndBasis.disbursement, session().get_one(Upload, evidence))
    number = people.number()
    assert number is not None
    assert number.year == 2027


def test_the_books_see_what_its_custody_denies(people: People) -> None:
    """Where A was replaced while the custodian signed."""
    received, held = make_title(people.project, S.received).id, make_title(people.project).id
    with people.work() as db:
        assert each_title_is_somewhere() == []
        db.get_one(Project, people.project.id).a_id = make.make_user().id
        at = select(TitleCustody).filter_by(document_id=received, ends_at=None)
        db.scalars(at).one().cause = "replaced"
        db.flush()
        found = each_title_is_somewhere()
    assert {int(each.split()[2][:-1]) for each in found} == {received, held}


def test_who_answered_on_any_day(work: Callable[..., Any], db: Session) -> None:
    """Obtained on the 20th, laid into the safe on the 24th; from the 26th on another custodian with a deputy."""
    custodian = appoint_custodian()
    with telling(NOW):
        [title_id] = titles_in_vault()
    successor = make.make_user(full_name="孙悦")
    with work() as own:
        first = own.scalars(select(TitleCustody).filter_by(document_id=title_id).order_by(TitleCustody.id)).first()
        assert first is not None
        for each in own.scalars(select(Appointment).filter_by(user_id=custodian.id)):
            each.ends = date(2026, 11, 26)
    for each in (successor, make.make_user(full_name="周敏")):
        make.make_appointment(each, "title_custodian", starts=date(2026, 11, 26))
    with work(actor_called(MANAGER)):
        told = {day: custody.answered_for(title_id, date(2026, 11, day)) for day in (23, 24, 25, 26)}
        rows = {day: session().execute(queries.ledger(date(2026, 11, day))).all() for day in (23, 25, 26)}
    names = [[each.full_name for each in told[day]] for day in (23, 24, 25, 26)]
    assert names == [[], ["许静"], ["许静"], ["孙悦", "周敏"]]
    assert rows[23] == []
    assert [(row.state, row.answers) for row in rows[25]] == [(S.in_vault, "许静")]
    assert [(row.state, row.answers) for row in rows[26]] == [(S.in_vault, "孙悦、周敏")]


def test_the_ledger_of_a_past_day_says_where_each_was_then(work: Callable[..., Any], db: Session) -> None:
    made = {state: make_title(None, state) for state in TitleState}
    with work(actor_called(MANAGER)):
        then = {row.id: row.state for row in session().execute(queries.ledger(date(2026, 11, 25)))}
    wanted = {made[state].id: state for state in TitleState} | {made[S.verifying].id: S.with_a}
    assert then == wanted


def test_a_past_day_knows_nothing_of_later_ones(work: Callable[..., Any], db: Session) -> None:
    title = make_title(None, S.received)  # obtained on the 24th
    with work(actor_called(CUSTODIAN)), telling(datetime(2026, 11, 26, 1, tzinfo=UTC)):
        document = session().get_one(TitleDocument, title.id)
        custody.move(document, Whereabouts(location_id=make_place().id), "placed")
        document.state = S.in_vault
    day = date(2026, 11, 25)
    with work(actor_called(MANAGER)):
        late = next(each for each in listings.ledger(day).filters if each.name == "late").condition("alarm")
        [row] = session().execute(queries.ledger(day).where(late)).all()
        assert (row.id, row.state, row.placed_at) == (title.id, S.received, None)


def test_only_a_safe_takes_a_title_document(work: Callable[..., Any], db: Session) -> None:
    title, shelf = make_title(), make.make_location()
    with work(actor_called(CUSTODIAN)), force_locale("en"):
        document = session().get_one(TitleDocument, title.id)
        with pytest.raises(DomainError, match="lie in a safe only"):
            custody.move(document, Whereabouts(location_id=shelf.id), "placed")
        custody.move(document, Whereabouts(location_id=make_place().id), "placed")
    assert len(db.scalars(select(TitleCustody).filter_by(document_id=title.id, ends_at=None)).all()) == 1
    with pytest.raises(ValueError, match="exactly one place"):
        Whereabouts(holder_id=1, outside="法院")


def test_a_day_in_the_address_is_one_that_was(work: Callable[..., Any], db: Session) -> None:
    with work(), telling(datetime(2026, 11, 24, 1, tzinfo=UTC)):
        days = [listings.day_named(text) for text in ("2026-11-20", "", "明年", "2027-01-01")]
        assert days == [date(2026, 11, 20), *[business_day()] * 3]
