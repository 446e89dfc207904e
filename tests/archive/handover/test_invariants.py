"""`crm archive check` finds what came past the rules, and nothing where none did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crm.archive.dossiers.invariants import examine
from crm.archive.handover.invariants import CHECKS
from crm.archive.handover.models import AskState, Cause, Clock, Deadline, HandoverState, LineState, Party
from tests import factories as make
from tests.archive.handover.desk import Desk


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


def waived_by_b() -> None:
    who = make.user_called("zhaoqian").id
    make.make_supplement_line(make.make_handover(), state=LineState.waived, reason="不用补", decided_by_id=who)


def no_clock() -> None:
    make.make_handover(HandoverState.preparing)


def another_day() -> None:
    handover = make.make_handover(HandoverState.preparing)
    for clock in (Clock.a, Clock.total):
        deadline(handover.id, date(2026, 5, 20), clock=clock)


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
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_came_past_the_rules_is_found(
    work: Callable[..., Any], db: Any, name: str, plant: Callable[[], None]
) -> None:
    assert faults(work, name) == []
    plant()
    assert len(faults(work, name)) == 1
