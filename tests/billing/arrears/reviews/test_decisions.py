"""What is decided about accounts, one by one and many at once; minutes, and the signature that freezes a review."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.billing.arrears.reviews import decisions, queries, signing
from crm.billing.arrears.reviews.decisions import Choice
from crm.billing.arrears.reviews.models import (
    REVIEW_WORKFLOW,
    Advice,
    ArrearsLine,
    Decision,
    Review,
    ReviewState,
    Why,
)
from crm.dates import business_day
from crm.errors import DomainError, IllegalTransition
from tests import factories as make
from tests.billing.arrears.making import make_line, make_review, make_step
from tests.billing.deposits.making import of_the_cast
from tests.billing.making import MOMENT

LONG_AGO = date(2020, 1, 1)


def reviewer() -> Any:
    return of_the_cast("hefang", RoleName.arrears_reviewer)


def supervisor() -> Any:
    return of_the_cast("zhengkai", RoleName.billing_supervisor)


@pytest.fixture
def step(estate):
    return make_step(estate, 1, name="催缴函")


@pytest.fixture
def review(estate):
    return make_review(estate, accounts=4, overdue=Decimal(1000))


@pytest.fixture
def tomorrow(work):
    with work():
        return business_day() + timedelta(days=1)


@pytest.fixture
def lines(estate, review, step, tomorrow):
    """A step, a contact, a hold that still holds, one whose day has passed."""
    advised: list[dict[str, Any]] = [
        {"advice": Advice.step, "why": Why.step_due, "step_id": step.id},
        {"advice": Advice.contact, "why": Why.contact_due},
        {"advice": Advice.hold, "why": Why.promise, "advised_until": tomorrow},
        {"advice": Advice.hold, "why": Why.plan, "advised_until": LONG_AGO},
    ]
    sums = ("400.00", "300.00", "200.00", "100.00")
    return [
        make_line(review, make.make_customer(estate), sum_, **facts) for sum_, facts in zip(sums, advised, strict=True)
    ]


@pytest.fixture
def act(work, db):
    """`act(decisions.decide, line, choice)` by the reviewer."""

    def acted(verb, thing, *given, actor=None, **named):
        with work(actor or reviewer()):
            found = queries.get_line(thing.id) if isinstance(thing, ArrearsLine) else queries.get_review(thing.id)
            done = verb(found, *given, **named)
        db.expire_all()
        return done

    return acted


def stored(db, line) -> ArrearsLine:
    return db.get_one(ArrearsLine, line.id)


def all_of(review):
    return select(ArrearsLine.id).where(ArrearsLine.review_id == review.id)


def test_the_advice_becomes_the_decision(db, act, lines, step, tomorrow):
    for line in lines[:3]:
        act(decisions.accept, line)
    rows = [stored(db, line) for line in lines[:3]]
    told = [(row.decision, row.decided_step_id, row.hold_until, row.decided_by) for row in rows]
    assert told == [
        (Decision.step, step.id, None, "何芳"),
        (Decision.contact, None, None, "何芳"),
        (Decision.hold, None, tomorrow, "何芳"),
    ]
    with pytest.raises(IllegalTransition, match="has passed"):
        act(decisions.accept, lines[3])
    entry = db.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert (entry.kind, entry.data["decision"], entry.data["overdue"]) == ("AccountDecided", "hold", "200.00")


@pytest.mark.parametrize("kind", Decision)
def test_each_decision(db, act, lines, step, tomorrow, kind):
    act(decisions.decide, lines[1], Choice(kind=kind, step_id=step.id, until=tomorrow, remark=" 业主出差 "))
    line = stored(db, lines[1])
    assert (line.decision, line.remark) == (kind, "业主出差")
    assert line.decided_step_id == (step.id if kind is Decision.step else None)
    assert line.hold_until == (tomorrow if kind is Decision.hold else None)


def test_what_is_missing_is_said(act, estate, other_estate, lines, tomorrow):
    strange, gone = make_step(other_estate), make_step(estate, 9, active=False)
    wrong = [
        (Choice(kind=Decision.nothing), "Write why"),
        (Choice(kind=Decision.write_off, remark=" "), "Write why"),
        (Choice(kind=Decision.lawyer), "Write why"),
        (Choice(kind=Decision.step), "Choose a step"),
        (Choice(kind=Decision.step, step_id=strange.id), "Choose a step"),
        (Choice(kind=Decision.step, step_id=gone.id), "Choose a step"),
        (Choice(kind=Decision.hold, until=tomorrow), "Write why"),
        (Choice(kind=Decision.hold, remark="x"), "a day after today"),
        (Choice(kind=Decision.hold, remark="x", until=tomorrow - timedelta(days=1)), "a day after today"),
        (Choice(kind=Decision.hold, remark="x", until=tomorrow + timedelta(days=60)), "60 days at most"),
    ]
    for choice, words in wrong:
        with pytest.raises(DomainError, match=words):
            act(decisions.decide, lines[0], choice)


def test_the_advice_for_all_that_are_undecided(db, work, act, review, lines, step, tomorrow):
    act(decisions.decide, lines[1], Choice(kind=Decision.nothing, remark="已约定"))
    with work(reviewer()):
        seen = decisions.prospect(review, all_of(review), None)
    assert [(group.title, group.lines, group.overdue) for group in seen.groups] == [
        ("Hold", 1, Decimal(200)),
        ("催缴函", 1, Decimal(400)),
    ]
    assert (seen.lines, seen.overdue, seen.late) == (2, Decimal(600), 1)
    assert act(decisions.accept_all, review, all_of(review)) == 2
    rows = [stored(db, line) for line in lines]
    assert [row.decision for row in rows] == [Decision.step, Decision.nothing, Decision.hold, None]
    assert (rows[0].decided_step_id, rows[2].hold_until, rows[0].decided_by) == (step.id, tomorrow, "何芳")
    entries = db.scalars(select(LogEntry).where(LogEntry.kind == "AccountsDecided")).all()
    assert [(entry.data["lines"], entry.data["overdue"]) for entry in entries] == [(2, "600.00")]


def test_several_are_held(db, act, review, lines, tomorrow):
    act(decisions.accept, lines[0])
    ids = all_of(review).where(ArrearsLine.id.in_([lines[0].id, lines[3].id]))
    hold = Choice(kind=Decision.hold, until=tomorrow, remark="待核对")
    seen = act(decisions.prospect, review, ids, hold)
    assert (seen.lines, seen.overdue, seen.decided) == (2, Decimal(500), 1)
    assert act(decisions.decide_all, review, ids, hold) == 2
    assert {stored(db, line).decision for line in (lines[0], lines[3])} == {Decision.hold}
    assert stored(db, lines[1]).decision is None
    with pytest.raises(DomainError, match="Write why"):
        act(decisions.decide_all, review, ids, Choice(kind=Decision.nothing))


def test_the_signature_wants_everything_decided_and_another_person(db, act, review, lines, step):
    act(signing.write_minutes, review, " 与会：何芳、郑凯 ")
    act(decisions.accept, lines[0])
    with pytest.raises(IllegalTransition, match="3 accounts are not decided"):
        act(signing.sign, review, actor=supervisor(), rest_as_advised=False)
    with pytest.raises(IllegalTransition, match="somebody else signs"):
        act(signing.sign, review, rest_as_advised=True)
    act(signing.sign, review, actor=supervisor(), rest_as_advised=True)
    signed = db.get_one(Review, review.id)
    assert (signed.state, signed.signed_by, signed.minutes) == (ReviewState.signed, "郑凯", "与会：何芳、郑凯")
    rest = [stored(db, line) for line in lines[1:]]
    assert {(row.decided_by, row.decided_by_id) for row in rest} == {("", None)}
    assert [row.decision for row in rest] == [Decision.contact, Decision.hold, Decision.hold]
    assert db.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first().data["as_advised"] == 3


VERBS = {
    "decide": lambda act, review, line: act(decisions.accept, line),
    "write_minutes": lambda act, review, line: act(signing.write_minutes, review, "x"),
    "sign": lambda act, review, line: act(signing.sign, review, actor=supervisor(), rest_as_advised=True),
}


@pytest.mark.parametrize("action", REVIEW_WORKFLOW)
@pytest.mark.parametrize("state", ReviewState)
def test_every_cell(act, review, lines, state, action):
    assert set(VERBS) == set(REVIEW_WORKFLOW)
    if state is ReviewState.signed:
        act(signing.sign, review, actor=supervisor(), rest_as_advised=True)
        with pytest.raises(IllegalTransition, match="signed"):
            VERBS[action](act, review, lines[0])
    else:
        VERBS[action](act, review, lines[0])


def test_the_database_refuses_what_the_code_refuses(db, act, review, lines):
    """Whoever decided does not sign, nothing undecided is signed, and nothing signed changes."""
    signed = {"state": ReviewState.signed, "signed_at": make.NOW, "signed_by": "何芳"}

    def refused(statement, words):
        with pytest.raises(DBAPIError, match=words), db.begin_nested():
            db.execute(statement)

    of_review = update(Review).where(Review.id == review.id)
    refused(of_review.values(**signed), "undecided")
    act(decisions.accept_all, review, all_of(review))
    act(decisions.decide, lines[3], Choice(kind=Decision.contact))
    refused(of_review.values(**signed, signed_by_id=reviewer().user_id), "four_eyes")
    act(signing.sign, review, actor=supervisor(), rest_as_advised=True)
    refused(of_review.values(minutes="nachher"), "append-only")
    refused(update(ArrearsLine).where(ArrearsLine.id == lines[0].id).values(remark="x"), "append-only")


def test_the_advice_takes_nobodys_decision_away(books, estate, owner):
    decided = {"decided_by": "何芳", "decided_at": MOMENT}
    line = make_line(make_review(estate), owner, decision=Decision.lawyer, remark="交律师", **decided)
    with pytest.raises(IllegalTransition, match="decided already"):
        decisions.accept(queries.get_line(line.id))
    assert queries.get_line(line.id).decision is Decision.lawyer
