"""Money that comes back: in any order, nothing is lost and nothing becomes negative."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.archive.credit import queries, service
from crm.archive.credit.models import ProjectKind, ProjectState, Repayment
from crm.errors import DomainError, IllegalTransition
from crm.money import from_fen, in_capitals, to_fen
from crm.web.amounts import parse_yuan
from tests import factories as make

Work = Callable[..., Any]
DAY = date(2026, 6, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(0, 60_000), st.integers(0, 9_999)),  # fen of principal and interest
        st.tuples(st.just("reverse"), st.integers(0, 30), st.just(0)),
    ),
    max_size=14,
)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_repayments_and_reversals_in_any_order(app: Flask, db: Session, work: Work, steps: list[Any]) -> None:
    """Outstanding stays between nothing and the sum, to the fen, and equals a reckoning kept beside it."""
    made = make.make_project(ProjectState.ended, amount=Decimal("1000.01"))
    live: dict[int, tuple[int, int]] = {}
    with work():
        project = queries.get_project(made.id)
        for verb, one, other in steps:
            outstanding = 100_001 - sum(principal for principal, _interest in live.values())
            if verb == "pay":
                possible = one + other > 0 and one <= outstanding and outstanding > 0
                row = tried(lambda a=one, b=other: service.repay(project, DAY, from_fen(a), from_fen(b)), possible)
                if row:
                    live[row.id] = (one, other)
            else:
                rows = queries.repayments(project.id)
                if not rows:
                    continue
                chosen = rows[one % len(rows)]
                if tried(lambda row=chosen: service.reverse(project, row, "录错"), chosen.id in live):
                    del live[chosen.id]
            kept = 100_001 - sum(principal for principal, _interest in live.values())
            assert to_fen(project.outstanding) == kept
            assert 0 <= kept <= 100_001
    rows = db.scalars(select(Repayment).where(Repayment.project_id == made.id)).all()
    assert sum(to_fen(row.interest) for row in rows) == sum(interest for _principal, interest in live.values())
    assert sum(to_fen(row.principal) for row in rows) == sum(principal for principal, _interest in live.values())


def tried(act: Callable[[], Any], possible: bool) -> Any:
    if possible:
        return act()
    with pytest.raises(DomainError):
        act()
    return None


@pytest.mark.parametrize(
    ("day", "principal", "interest", "words"),
    [
        (DAY, 1_000_000.01, 0, "1,000,000.00"),
        (DAY, 0, 0, "还了多少"),
        (DAY, -5, 0, "还了多少"),
        (date(2026, 5, 6), 5, 0, "2026-05-07"),
        (date(2099, 1, 1), 5, 0, "今天"),
    ],
)
def test_a_wrong_repayment(work: Work, day: date, principal: Any, interest: Any, words: str) -> None:
    made = make.make_project(ProjectState.ended)
    with work():
        project = queries.get_project(made.id)
        with pytest.raises(DomainError, match=words):
            service.repay(project, day, Decimal(str(principal)), Decimal(str(interest)))


def test_a_repayment_is_taken_back_once_with_a_reason(work: Work) -> None:
    made = make.make_project(ProjectState.ended)
    row_id = make.make_repayment(made).id
    with work() as db:
        project, row = queries.get_project(made.id), db.get_one(Repayment, row_id)
        with pytest.raises(DomainError, match="理由"):
            service.reverse(project, row, " ")
        back = service.reverse(project, row, "录错客户")
        assert (back.principal, back.interest, back.reverses_id) == (-row.principal, -row.interest, row.id)
        for wrong, words in ((row, "已经冲回"), (back, "不能再冲回")):
            with pytest.raises(DomainError, match=words):
                service.reverse(project, wrong, "再来")
        assert project.outstanding == project.amount


def test_the_database_takes_no_second_reversal_and_no_wrong_sign(db: Session) -> None:
    made = make.make_project(ProjectState.ended)
    row = make.make_repayment(made)
    given: dict[str, Any] = {"principal": -1_000, "interest": Decimal(-60)}
    make.make_repayment(made, reverses_id=row.id, **given)
    for wrong in ({"reverses_id": row.id, **given}, given, {"reverses_id": row.id}):
        with pytest.raises(IntegrityError):
            make.make_repayment(made, **wrong)


def test_after_settlement_nothing_is_paid_or_taken_back(work: Work) -> None:
    made = make.make_project(ProjectState.settled)
    row_id = make.make_repayment(made).id
    with work() as db:
        project, row = queries.get_project(made.id), db.get_one(Repayment, row_id)
        with pytest.raises(IllegalTransition):
            service.repay(project, DAY, Decimal(1))
        with pytest.raises(IllegalTransition):
            service.reverse(project, row, "录错")


def test_a_settlement_does_not_lie_before_the_last_repayment(work: Work) -> None:
    made = make.make_project(ProjectState.ended, kind=ProjectKind.guarantee)
    make.make_repayment(made, paid_on=date(2026, 9, 1))
    with work() as db:
        project, paper = queries.get_project(made.id), make.make_upload(None, "credit")
        with pytest.raises(DomainError, match="2026-09-01"):
            service.settle(project, date(2026, 8, 31), paper)
        assert db.scalar(select(func.count(Repayment.id))) == 1


def test_through_the_pages(sign_in: Callable[[str], FlaskClient], db: Session) -> None:
    made = make.make_project(ProjectState.ended)
    client, page = sign_in("zhaoqian"), f"/credit/projects/{made.id}"
    paid = {"paid_on": "2026-06-08", "principal": "10万", "interest": "6,000.5", "version": made.version}
    assert client.post(f"{page}/repay", data=paid).status_code == 302
    row = db.scalars(select(Repayment)).one()
    assert (row.principal, row.interest) == (Decimal(100_000), Decimal("6000.50"))
    text = client.get(f"{page}?tab=money").text
    assert "900,000.00" in text
    wrong = client.post(f"{page}/repay", data={**paid, "principal": "很多"})
    assert wrong.status_code == 422
    assert "很多" in wrong.text
    back = f"{page}/repayments/{row.id}/reverse"
    assert client.post(back, data={"reason": "录错", "version": made.version}).status_code == 302
    assert client.post(back, data={"reason": "录错", "version": made.version}).status_code == 422
    other = make.make_project(ProjectState.ended)
    assert client.get(f"/credit/projects/{other.id}/repayments/{row.id}/reverse").status_code == 404


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("10001", "壹万零壹元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("5000000", "伍佰万元整"),
        ("100000000", "壹亿元整"),
        ("100000500", "壹亿零伍佰元整"),
        ("-30", "负叁拾元整"),
    ],
)
def test_sums_in_capitals(yuan: str, words: str) -> None:
    assert in_capitals(Decimal(yuan)) == words


@given(fen=st.integers(0, 10**14))
def test_capitals_are_never_said_alike(fen: int) -> None:
    """What is said can be reckoned back."""
    assert reckoned(in_capitals(from_fen(fen))) == fen


def reckoned(words: str) -> int:
    digits = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    places = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = fen = 0
    for word in words.removesuffix("整"):
        if word in digits:
            digit = digits[word]
        elif word in places:
            section, digit = section + digit * places[word], 0
        elif word in "万亿":
            total = (
                (total + section + digit) * (10**4 if word == "万" else 10**8)
                if word == "亿"
                else total + (section + digit) * 10**4
            )
            section = digit = 0
        elif word == "元":
            fen, total, section, digit = (total + section + digit) * 100, 0, 0, 0
        elif word in "角分":
            fen, digit = fen + digit * (10 if word == "角" else 1), 0
    return fen


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("500万", 5_000_000),
        ("1.5亿", 150_000_000),
        ("￥5,000,000元", 5_000_000),
        ("１２．３４", "12.34"),
        ("0.00001万", "0.1"),
    ],
)
def test_sums_as_people_type_them(text: str, yuan: Any) -> None:
    assert parse_yuan(text) == Decimal(str(yuan))


@pytest.mark.parametrize("text", ["", "很多", "-5", "1.234", "1e9", "五百万", "1万2", "NaN", "1..2"])
def test_what_is_no_sum(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        parse_yuan(text)
