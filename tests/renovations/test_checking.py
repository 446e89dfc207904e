"""Finished, checked, put right, waited for, checked again: what each check asks, and who may not make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.dates import months_later
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.properties.models import Estate
from crm.renovations.acceptance import queries, service
from crm.renovations.acceptance.items import service as keeping
from crm.renovations.acceptance.items.models import Applies
from crm.renovations.acceptance.models import RenovationAsBuilt, RenovationCheck, Stage, Verdict
from crm.renovations.acceptance.service.checking import STAGES
from crm.renovations.cases.models import Decision, Renovation, RenovationAlteration, RenovationState
from crm.renovations.cases.queries import get_renovation
from tests.acting import as_
from tests.renovations.making import NOW
from tests.renovations.settling import finished, key, looked, make_case, make_work, today
from tests.repairs.making import kept, user_called
from tests.repairs.test_rights import picture

Work = Callable[..., Any]
S = RenovationState


def engineer() -> Any:
    return as_("sunhao")


def checked(work: Work, case: Renovation, *wrong: str, actor: Any = None, **given: Any) -> RenovationCheck:
    with work(actor or engineer()):
        told = looked(get_renovation(case.id), *wrong)
    with work(actor or engineer()):
        return service.check(get_renovation(case.id), replace(told, **given), key())


def now(db: Session, case: Renovation) -> Renovation:
    db.expire_all()
    return db.get_one(Renovation, case.id)


def test_from_the_finish_to_the_second_check(work: Work, db: Session, estate: Estate) -> None:
    """The first check fails on the water test; put right it passes; after the waiting period so does the second."""
    case = make_case(estate, S.under_way, works=[make_work(wets=True)])
    with work(as_("limin")):
        service.finish(get_renovation(case.id), finished(), key())
    assert now(db, case).state is S.completion
    failed = checked(work, case, "闭水")
    assert (failed.passed, failed.due_on) == (False, today() + timedelta(days=7))
    assert now(db, case).state is S.fixing
    again = checked(work, case)
    with work(engineer()):
        lines = queries.get_check(again.id).lines
    assert [(line.what, line.earlier_id is not None) for line in lines] == [("卫生间闭水试验无渗漏", True)]
    after = now(db, case)
    assert (after.state, after.first_passed_on) == (S.waiting, today())
    assert after.second_due_on == months_later(today(), 3)
    with pytest.raises(IllegalTransition, match=months_later(today(), 3).isoformat()):
        checked(work, case)
    with work() as session:
        session.get_one(Renovation, case.id).second_due_on = today()
    checked(work, case, "漏电")
    assert now(db, case).state is S.mending
    checked(work, case)
    assert (now(db, case).state, now(db, case).second_passed_on) == (S.checked, today())


def test_what_is_looked_at_follows_from_the_works(work: Work, estate: Estate) -> None:
    dry = make_case(estate, S.completion, works=[make_work()])
    wet = make_case(estate, S.completion, works=[make_work(wets=True)])
    walls = make_case(estate, S.completion, works=[make_work(alters_structure=True)])
    with work():
        found = {
            name: {look.group for look in queries.to_look_at(get_renovation(case.id), Stage.first)}
            for name, case in {"dry": dry, "wet": wet, "walls": walls}.items()
        }
        second = queries.to_look_at(get_renovation(wet.id), Stage.second)
    assert found["wet"] - found["dry"] == {"防水", "给排水"}
    assert found["walls"] - found["dry"] == {"结构"}
    assert "装修垃圾已清运" not in {look.what for look in second}


def test_items_of_one_kind_of_work(work: Work, estate: Estate) -> None:
    kind = make_work("店面招牌")
    with work(), pytest.raises(DomainError):
        keeping.add_group({"name": "招牌", "applies": Applies.work, "work_id": None})
    with work():
        group = keeping.add_group({"name": "招牌", "applies": Applies.work, "work_id": kind.parent_id})
        keeping.add_item(group, {"name": "招牌尺寸与批准一致", "advice": "", "hours": 0, "second": True})
    with_it = make_case(estate, S.completion, works=[kind])
    without = make_case(estate, S.completion, works=[make_work()])
    with work():
        assert "招牌" in {look.group for look in queries.to_look_at(get_renovation(with_it.id), Stage.first)}
        assert "招牌" not in {look.group for look in queries.to_look_at(get_renovation(without.id), Stage.first)}


def test_alterations_are_looked_at_as_approved(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.completion)
    facts: dict[str, Any] = {"asked_by": "李敏", "asked_at": NOW, "bears": False, "key": None}
    decided = {"decided_by": "周慧", "decided_at": NOW, "words": "宽度不超过 90 厘米"}
    for decision, what in ((Decision.approved, "开门洞"), (Decision.refused, "拆除")):
        kept(
            RenovationAlteration(
                renovation_id=case.id, what=what, place="厨房隔墙", decision=decision, **facts, **decided
            )
        )
    with work():
        looks = queries.to_look_at(get_renovation(case.id), Stage.first)
    assert [(look.what, look.advice) for look in looks if look.alteration_id] == [
        ("厨房隔墙 开门洞", "宽度不超过 90 厘米")
    ]
    assert "结构" in {look.group for look in looks}


@pytest.mark.parametrize(
    "fault",
    [
        {"signature_id": None},
        {"customer": service.Signed(name="")},
        {"customer": service.Signed(name="欧阳")},
        {"customer": service.Signed(name="欧阳", refusal="不认可")},
        {"lines": []},
    ],
)
def test_what_a_check_wants(work: Work, db: Session, estate: Estate, fault: dict[str, Any]) -> None:
    case = make_case(estate, S.completion)
    with pytest.raises(DomainError):
        checked(work, case, **fault)
    assert now(db, case).state is S.completion
    assert db.scalar(select(func.count(RenovationCheck.id))) == 0


def test_a_water_test_that_was_too_short(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.completion, works=[make_work(wets=True)])
    with work():
        told = looked(get_renovation(case.id))
    short = [replace(line, hours=line.hours // 2) for line in told.lines]
    with work(engineer()), pytest.raises(DomainError, match="48"):
        service.check(get_renovation(case.id), replace(told, lines=short), key())


@pytest.mark.parametrize("due", [None, 0])
def test_what_is_to_be_put_right_has_a_day(work: Work, estate: Estate, due: int | None) -> None:
    case = make_case(estate, S.completion)
    day = None if due is None else today() + timedelta(days=due)
    with pytest.raises(DomainError):
        checked(work, case, "垃圾", due_on=day)


def test_a_defect_is_said_in_words(work: Work, estate: Estate) -> None:
    case = make_case(estate, S.completion)
    with work():
        told = looked(get_renovation(case.id), "垃圾")
    dumb = [replace(line, words="") for line in told.lines]
    with work(engineer()), pytest.raises(DomainError):
        service.check(get_renovation(case.id), replace(told, lines=dumb), key())


def test_a_finding_of_its_own(work: Work, db: Session, estate: Estate) -> None:
    """Beside the list: it is looked at again like the rest."""
    case = make_case(estate, S.completion)
    with work():
        told = looked(get_renovation(case.id))
    own = service.Line(look=queries.Look(key="n0", group="", what="门槛石"), verdict=Verdict.fix, words="空鼓")
    with work(engineer()):
        due = today() + timedelta(days=3)
        service.check(get_renovation(case.id), replace(told, lines=[*told.lines, own], due_on=due), key())
    assert now(db, case).state is S.fixing
    with work():
        assert [look.what for look in queries.to_look_at(get_renovation(case.id), Stage.first)] == ["门槛石"]


def test_refused_before_a_witness(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate, S.completion)
    made = checked(work, case, customer=service.Signed(name="欧阳", refusal="不认可", witness="马强"))
    assert (made.customer_signature_id, made.refusal, made.witness) == (None, "不认可", "马强")


def test_nobody_checks_what_they_took_in(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate, S.completion, applied_by_id=user_called("sunhao").id)
    with pytest.raises(NotEntitled):
        checked(work, case)
    other = make_case(estate, S.under_way)
    with work(engineer()):
        service.finish(get_renovation(other.id), finished(), key())
    with pytest.raises(NotEntitled):
        checked(work, other)


def test_nobody_checks_what_they_brought_forward(work: Work, db: Session, estate: Estate) -> None:
    """The supervisor shortens the waiting period with a reason; it stands on the file."""
    case = make_case(estate, S.waiting, second_due_on=today() + timedelta(days=30))
    with work(as_("zhouhui")):
        for day, reason in (
            (today(), ""),
            (today() + timedelta(days=30), "业主"),
            (today() - timedelta(days=1), "业主"),
        ):
            with pytest.raises(DomainError):
                service.shorten(get_renovation(case.id), day, replace(key(), reason=reason))
    with work(as_("zhouhui")):
        service.shorten(get_renovation(case.id), today(), replace(key(), reason="业主急需入住"))
    assert now(db, case).second_due_on == today()
    with pytest.raises(NotEntitled):
        checked(work, case, actor=as_("zhouhui"))
    checked(work, case)
    assert now(db, case).state is S.checked


@pytest.mark.parametrize("state", [s for s in S if s not in STAGES])
def test_in_no_other_state(work: Work, estate: Estate, state: RenovationState) -> None:
    case = make_case(estate, state)
    with work():
        told = looked(get_renovation(case.id))
    with work(engineer()), pytest.raises(IllegalTransition):
        service.check(get_renovation(case.id), told, key())


@pytest.mark.parametrize(
    "fault",
    [
        {"done_on": today() + timedelta(days=1)},
        {"done_on": today() - timedelta(days=200)},
        {"built": " "},
        {"as_approved": False},
        {"no_drawings": ""},
    ],
)
def test_what_a_finish_wants(work: Work, db: Session, estate: Estate, fault: dict[str, Any]) -> None:
    case = make_case(estate, S.under_way)
    with work(as_("limin")), pytest.raises(DomainError):
        service.finish(get_renovation(case.id), finished(**fault), key())
    assert now(db, case).state is S.under_way


def test_drawings_come_with_it_and_later(work: Work, db: Session, estate: Estate) -> None:
    case = make_case(estate, S.under_way)
    drawing = service.Drawing(name="竣工图.png", content=picture())
    said = key()
    with work(as_("limin")):
        service.finish(get_renovation(case.id), finished(drawings=[drawing], no_drawings=""), said)
    for _again in range(2):
        with work(as_("limin")):
            service.bring_drawing(get_renovation(case.id), replace(drawing, title="水电竣工图"), "once")
    titles = db.scalars(select(RenovationAsBuilt.title).order_by(RenovationAsBuilt.id)).all()
    assert titles == ["竣工图", "水电竣工图"]
    text = service.Drawing(name="图.txt", content=b"no drawing")
    with work(as_("limin")), pytest.raises(DomainError):
        service.bring_drawing(get_renovation(case.id), text, "twice")
    closed = make_case(estate, S.closed)
    with work(as_("limin")), pytest.raises(DomainError):
        service.bring_drawing(get_renovation(closed.id), drawing, "third")
