"""Makers of what lending leaves undone, and of what looks like it: each gives the dossier's id."""

from __future__ import annotations

from typing import Any

from crm.archive.lending.models import LendingIncident, LendingIncidentKind, SlipState
from crm.properties.models import Estate
from tests import factories as make
from tests.archive.lending.making import line_of, make_number, make_slip
from tests.review.faults_cases import Maker, ago
from tests.review.faults_handover import H, handed_over
from tests.review.faults_loans import dossier_called
from tests.review.making import before


def _lent(**given: Any) -> int:
    dossier = dossier_called(handed_over(H.filed).dossier_id)
    slip = make_slip(dossier=dossier, slot_code="iou", **given)
    return line_of(slip).dossier_id


def _incident(**given: Any) -> int:
    slip = make_slip(dossier=dossier_called(handed_over(H.filed).dossier_id), slot_code="iou")
    line, number = line_of(slip), make_number("借阅事故", "借事2026-{:04d}")
    by = {"reported_by_id": make.user_called("fengxue").id, "reported_by": "冯雪", "reported_at": ago(3)}
    facts = {"line_id": line.id, "kind": LendingIncidentKind.damage, "pages": 1, "description": "撕破"}
    make._kept(LendingIncident(number_id=number.id, number=number.text, **facts, **by, **given))
    return line.dossier_id


def slip_overdue(_estate: Estate) -> int:
    return _lent(due_on=before(2))


def due_today(_estate: Estate) -> int:
    return _lent(due_on=before(0))


def back_late(_estate: Estate) -> int:
    return _lent(due_on=before(2), state=SlipState.returned)


def lending_incident_open(_estate: Estate) -> int:
    return _incident()


def incident_closed(_estate: Estate) -> int:
    return _incident(closed_at=ago(1), result="已修复", closed_by="韩冰", closed_by_id=make.user_called("hanbing").id)


FAULTS: dict[str, Maker] = {"slip_overdue": slip_overdue, "lending_incident_open": lending_incident_open}
MORE: tuple[tuple[str, Maker], ...] = ()
INNOCENT: tuple[Maker, ...] = (due_today, back_late, incident_closed)
