"""`crm archive check` finds what came past the rules, and nothing where none did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crm.archive.dossiers.invariants import examine
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.handover.invariants import CHECKS
from crm.archive.handover.models import AskState, Cause, Clock, Deadline, HandoverState, LineState, Party
from crm.db import open_session
from tests import factories as make
from tests.archive.handover.desk import Desk, handover_row


def faults(work: Callable[..., Any], name: str) -> list[str]:
    with work():
        return [fault for check in CHECKS[name] for fault in check()]


def test_a_hand_over_that_went_its_way_is_sound(desk: Desk, work: Callable[..., Any]) -> None:
    desk.bring_to(HandoverState.filed)
    assert {name: faults(work, name) for name in CHECKS} == {"I5": [], "I11": [], "I12": []}
    with work():
        assert {"I5", "I11", "I12"} <= set(examine())


def deadline(handover_id: int, due_on: date, **given: Any) -> Deadline:
    facts = {"clock": Clock.a, "starts_on": date(2026, 5, 7), "days": 3, "provisional": False, "cause": Cause.start}
    return make._kept(
        Deadline(
            handover_id=handover_id, due_on=due_on, reckoned_at=make.NOW, **(facts | {"calendar_version": 2} | given)
        )
    )


def unsigned() -> None:
    make.make_handover()


def signed_by_two() -> None:
    version = make.make_list_version(make.make_handover())
    for party in (Party.a, Party.b):
        make.make_list_signature(version, party)


def another_content() -> None:
    make.make_list_version(make.make_handover(HandoverState.preparing), hash="0" * 64)


def received_by_a() -> None:
    handover = make.make_handover(archivist_id=make.user_called("wanglei").id)
    make.make_list_signature(make.make_list_version(handover), Party.a)


def decided_by_the_archivist() -> None:
    archivist = make.user_called("fengxue").id
    make.make_postponement(make.make_handover(), state=AskState.approved, decided_by_id=archivist, decided_at=make.NOW)


def other_pair() -> dict[str, int]:
    return {"a_id": make.user_called("limin").id, "b_id": make.user_called("zhouhui").id}


def waived_by_b() -> None:
    """Past the CHECK, which believes the row about who A and B were."""
    who, others = make.user_called("zhaoqian").id, other_pair()
    make.make_supplement_line(
        make.make_handover(), state=LineState.waived, reason="不用补", decided_by_id=who, **others
    )


def no_clock() -> None:
    make.make_handover(HandoverState.preparing)


def another_day() -> None:
    handover = make.make_handover(HandoverState.preparing)
    deadline(handover.id, date(2026, 5, 20))
    deadline(handover.id, date(2026, 5, 13), clock=Clock.total, days=5)


def another_day_in_all() -> None:
    handover = make.make_handover(HandoverState.preparing)
    deadline(handover.id, date(2026, 5, 11))
    deadline(handover.id, date(2026, 5, 20), clock=Clock.total, days=5)


def another_day_by_an_older_calendar() -> None:
    handover = make.make_handover(HandoverState.preparing)
    deadline(handover.id, date(2026, 5, 12), calendar_version=1)
    deadline(handover.id, date(2026, 5, 13), clock=Clock.total, days=5)


def another_day_than_approved() -> None:
    handover = make.make_handover(HandoverState.preparing)
    above = {"decided_by_id": make.user_called("hanbing").id, "decided_at": make.NOW}
    make.make_postponement(handover, state=AskState.approved, **above)
    deadline(handover.id, date(2026, 5, 11))
    deadline(handover.id, date(2026, 5, 22), clock=Clock.total, days=5)


def decided_by_a() -> None:
    decided = {"decided_by_id": make.user_called("wanglei").id, "decided_at": make.NOW}
    handover, others = make.make_handover(), other_pair()
    asked_by_id = others["a_id"]
    make.make_postponement(handover, state=AskState.approved, asked_by_id=asked_by_id, **decided, **others)


def waived_by_a() -> None:
    decided = {"decided_by_id": make.user_called("wanglei").id} | other_pair()
    make.make_supplement_line(make.make_handover(), state=LineState.waived, reason="不用补", **decided)


def filed_past_the_hand_over() -> None:
    """The dossier says filed, nobody has signed."""
    handover = make.make_handover(HandoverState.checking)
    with open_session() as db:
        dossier = db.get_one(Dossier, handover.dossier_id)
        dossier.state, dossier.filed_at, dossier.filed_by = DossierState.filed, make.NOW, "冯雪"
        dossier.code = "2026鸿借字第099号"
        db.commit()
    for clock, days in ((Clock.a, 3), (Clock.total, 5)):
        deadline(handover.id, date(2026, 5, 11 if days == 3 else 13), clock=clock, days=days)


@pytest.mark.parametrize(
    ("name", "plant"),
    [
        ("I5", unsigned),
        ("I5", signed_by_two),
        ("I5", another_content),
        ("I11", received_by_a),
        ("I11", decided_by_the_archivist),
        ("I11", waived_by_b),
        ("I12", no_clock),
        ("I12", another_day),
        ("I12", another_day_in_all),
        ("I12", another_day_by_an_older_calendar),
        ("I12", another_day_than_approved),
        ("I11", decided_by_a),
        ("I11", waived_by_a),
        ("I5", filed_past_the_hand_over),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_came_past_the_rules_is_found(
    work: Callable[..., Any], db: Any, name: str, plant: Callable[[], None]
) -> None:
    assert faults(work, name) == []
    plant()
    assert len(faults(work, name)) == 1


def test_a_document_beside_the_signed_list_is_found(desk: Desk, work: Callable[..., Any], db: Any) -> None:
    """Put in as a row, with codes and pages of its own, after the three had signed."""
    desk.bring_to(HandoverState.filed)
    dossier_id = handover_row(db, desk).dossier_id
    last = db.scalars(select(Item).filter_by(dossier_id=dossier_id).order_by(Item.page_to.desc())).first()
    place = {"position": 9, "code": "4-09", "page_from": last.page_to + 1, "page_to": last.page_to + 2}
    facts = {name: getattr(last, name) for name in ("section_id", "form", "stage", "added_by", "added_at", "filed_by")}
    db.add(Item(dossier_id=dossier_id, title="夹带", pages=2, sheets=1, filed_at=last.filed_at, **facts, **place))
    db.commit()
    [fault] = faults(work, "I5")
    assert str(desk.handover_id) in fault
