"""Faults of hand-overs, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crm.archive.dossiers.models import Dossier, SlotAbsence
from crm.archive.handover.models import Cause, Clock, Deadline, Handover, HandoverState, LateState, LineKind, LineState
from crm.properties.models import Estate
from tests import factories as make
from tests.repairs.making import kept
from tests.review.faults_cases import Maker, ago, day_ago
from tests.review.faults_loans import H, dossier_called, fill, handed_over, removed, required_of


def due(handover: Handover, clock: Clock, due_on: date) -> None:
    facts = {"starts_on": day_ago(200), "days": 3, "provisional": False, "calendar_version": 1}
    facts |= {"cause": Cause.start, "reckoned_at": ago(90)}
    kept(Deadline(handover_id=handover.id, clock=clock, due_on=due_on, **facts))


def _short(state: HandoverState, total: date) -> tuple[Handover, Dossier]:
    """One document is missing."""
    handover = handed_over(state, full=False)
    dossier = dossier_called(handover.dossier_id)
    fill(dossier, but=1)
    due(handover, Clock.total, total)
    return handover, dossier


def project_paper_missing(_estate: Estate) -> int:
    return _short(H.with_b, day_ago(2))[0].dossier_id


def paper_removed_after_filing(_estate: Estate) -> int:
    handover = handed_over(H.filed, full=False)
    dossier = dossier_called(handover.dossier_id)
    removed(fill(dossier)[0])
    return dossier.id


def paper_not_due_yet(_estate: Estate) -> int:
    return _short(H.with_b, day_ago(0))[0].dossier_id


def paper_that_does_not_apply(_estate: Estate) -> int:
    _handover, dossier = _short(H.with_b, day_ago(2))
    said = {"slot_code": required_of(dossier)[-1].code, "absent": True, "reason": "本项目无此材料"}
    kept(SlotAbsence(dossier_id=dossier.id, stated_by="王磊", stated_at=ago(5), **said))
    return dossier.id


def paper_waived(_estate: Estate) -> int:
    handover, dossier = _short(H.with_b, day_ago(2))
    decided = {"state": LineState.waived, "reason": "客户已注销", "decided_by_id": make.user_called("hanbing").id}
    wanted = {"kind": LineKind.missing_document, "slot_id": required_of(dossier)[-1].id, "decided_at": ago(1)}
    make.make_supplement_line(handover, **wanted, **decided)
    return dossier.id


def _clocked(state: HandoverState, clock: Clock, due_on: date) -> int:
    handover = handed_over(state)
    due(handover, clock, due_on)
    return handover.dossier_id


def handover_late_a(_estate: Estate) -> int:
    return _clocked(H.preparing, Clock.a, day_ago(1))


def handover_due_today(_estate: Estate) -> int:
    return _clocked(H.preparing, Clock.a, day_ago(0))


def handover_postponed(_estate: Estate) -> int:
    """The newest day of a clock holds."""
    handover = handed_over(H.preparing)
    for due_on in (day_ago(3), day_ago(-3)):
        due(handover, Clock.a, due_on)
    return handover.dossier_id


def handover_with_b_by_now(_estate: Estate) -> int:
    return _clocked(H.with_b, Clock.a, day_ago(1))


def handover_late_b(_estate: Estate) -> int:
    return _clocked(H.coded, Clock.b, day_ago(1))


def handover_with_the_archivist(_estate: Estate) -> int:
    return _clocked(H.checking, Clock.b, day_ago(1))


def _asked(kind: LineKind, state: LineState = LineState.open, **given: Any) -> int:
    handover = handed_over(H.supplementing)
    make.make_supplement_line(handover, kind=kind, state=state, **given)
    return handover.dossier_id


def supplement_paper_open(_estate: Estate) -> int:
    return _asked(LineKind.missing_document)


def signature_missing(_estate: Estate) -> int:
    return _asked(LineKind.missing_signature, LineState.provided)


def supplement_verified(_estate: Estate) -> int:
    b = make.user_called("zhaoqian").id
    return _asked(LineKind.missing_document, LineState.verified, decided_by_id=b, decided_at=ago(1))


def _slip(days: int, **given: Any) -> int:
    handover = handed_over(H.filed)
    make.make_late_filing(handover, registered_at=ago(days), **given)
    return handover.dossier_id


def late_filing_waiting(_estate: Estate) -> int:
    return _slip(20)


def slip_of_yesterday(_estate: Estate) -> int:
    return _slip(1)


def slip_withdrawn(_estate: Estate) -> int:
    archivist = make.user_called("fengxue").id
    return _slip(20, state=LateState.withdrawn, decision="送错", decided_by_id=archivist)


def _wished(days: int, **given: Any) -> int:
    handover = handed_over(H.preparing)
    make.make_postponement(handover, asked_at=ago(days), **given)
    return handover.dossier_id


def postponement_undecided(_estate: Estate) -> int:
    return _wished(20)


def postponement_of_yesterday(_estate: Estate) -> int:
    return _wished(1)


def postponement_refused(_estate: Estate) -> int:
    decided = {"state": "refused", "decided_by_id": make.user_called("hanbing").id, "decided_at": ago(10)}
    return _wished(20, **decided)


def clean_project(_estate: Estate) -> int:
    return handed_over(H.filed, amount=Decimal(500_000)).dossier_id


FAULTS: dict[str, Maker] = {
    "project_paper_missing": project_paper_missing,
    "handover_late_a": handover_late_a,
    "handover_late_b": handover_late_b,
    "supplement_paper_open": supplement_paper_open,
    "signature_missing": signature_missing,
    "late_filing_waiting": late_filing_waiting,
    "postponement_undecided": postponement_undecided,
}
MORE: tuple[tuple[str, Maker], ...] = (("project_paper_missing", paper_removed_after_filing),)
INNOCENT: tuple[Maker, ...] = (
    paper_not_due_yet,
    paper_that_does_not_apply,
    paper_waived,
    handover_due_today,
    handover_postponed,
    handover_with_b_by_now,
    handover_with_the_archivist,
    supplement_verified,
    slip_of_yesterday,
    slip_withdrawn,
    postponement_of_yesterday,
    postponement_refused,
    clean_project,
)
