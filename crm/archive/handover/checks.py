"""What the filing review asks of hand-overs: papers, days, supplements, decisions. Clauses L-07, L-13, L-17, L-18."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast, func, or_, select

from crm.archive.dossiers import measures
from crm.archive.dossiers.checking import CREDIT, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.archive.handover.figures import ANSWER_DAYS
from crm.archive.handover.models import (
    AskState,
    Clock,
    Handover,
    HandoverState,
    LateFiling,
    LateState,
    LineKind,
    LineState,
    Postponement,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.queries.deadlines import due_of
from crm.archive.handover.queries.work import WITH_B
from crm.auth.permissions import RoleName
from crm.dates import beginning_of

Find = Callable[[date], Select[*tuple[Any, ...]]]
PREPARING = (HandoverState.preparing,)


def _handovers(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(Dossier).join(Handover, Handover.dossier_id == Dossier.id)


def _missing(day: date) -> Select[*tuple[Any, ...]]:
    """Until it is due, a dossier may be incomplete; what was taken over from a register was never handed over."""
    key = func.coalesce(func.nullif(Slot.code, ""), Slot.title)
    found = measures.missing_of_sealed(*finding(key=key, about_id=Handover.id, detail=Slot.title))
    theirs = found.join(Handover, Handover.dossier_id == Dossier.id)
    expected = or_(Handover.state == HandoverState.filed, due_of(Clock.total) < day)
    return theirs.where(expected, ~_waived())


def _waived() -> Any:
    lines = select(SupplementLine.id).join(SupplementList, SupplementList.id == SupplementLine.list_id)
    said = SupplementLine.slot_id == Slot.id, SupplementLine.state == LineState.waived
    missing = SupplementLine.kind == LineKind.missing_document
    return lines.where(SupplementList.handover_id == Handover.id, missing, *said).correlate(Handover, Slot).exists()


def _late(clock: Clock, states: tuple[HandoverState, ...]) -> Find:
    def find(day: date) -> Select[*tuple[Any, ...]]:
        due = due_of(clock)
        return _handovers(*finding(about_id=Handover.id, detail=cast(due, String))).where(
            Handover.state.in_(states), due < day
        )

    return find


def _wanted(kind: LineKind) -> Find:
    """What B asked for and has not found in order, nor anybody waived."""

    def find(_day: date) -> Select[*tuple[Any, ...]]:
        key = cast(SupplementLine.id, String)
        found = _handovers(*finding(key=key, about_id=Handover.id, detail=SupplementLine.wanted))
        lines = found.join(SupplementList, SupplementList.handover_id == Handover.id).join(
            SupplementLine, SupplementLine.list_id == SupplementList.id
        )
        return lines.where(SupplementLine.kind == kind, SupplementLine.state.in_((LineState.open, LineState.provided)))

    return find


def _unconfirmed(day: date) -> Select[*tuple[Any, ...]]:
    title = LateFiling.content["document", "title"].as_string()
    found = _handovers(*finding(key=cast(LateFiling.id, String), about_id=LateFiling.id, detail=title))
    slips = found.join(LateFiling, LateFiling.handover_id == Handover.id)
    return slips.where(LateFiling.state == LateState.pending, LateFiling.registered_at < _asked_before(day))


def _undecided(day: date) -> Select[*tuple[Any, ...]]:
    wish = cast(Postponement.new_due, String)
    found = _handovers(*finding(key=cast(Postponement.id, String), about_id=Postponement.id, detail=wish))
    asked = found.join(Postponement, Postponement.handover_id == Handover.id)
    return asked.where(Postponement.state == AskState.asked, Postponement.asked_at < _asked_before(day))


def _asked_before(day: date) -> Any:
    return beginning_of(day - timedelta(days=ANSWER_DAYS.on(day)))


def _page(where: Where) -> str:
    return url_for("handover.show", handover_id=where.about_id)


def _slip(where: Where) -> str:
    return url_for("handover.late", filing_id=where.about_id)


def _postponement(where: Where) -> str:
    return url_for("handover.postponement", postponement_id=where.about_id)


CHECKS = (
    Check(
        kind="project_paper_missing",
        title=_l("A required document of the project is missing"),
        advice=_l("Enter it, or mark it as not applicable with the reason; once filed, hand it in as a supplement."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_missing,
        questions=measures.required,
        page=_page,
    ),
    Check(
        kind="handover_late_a",
        title=_l("A has not handed the dossier over in time"),
        advice=_l("Hand it over to B, or ask for more time."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_late(Clock.a, PREPARING),
        page=_page,
    ),
    Check(
        kind="handover_late_b",
        title=_l("B has not handed the dossier in in time"),
        advice=_l("Hand it in at the archive room, or ask for more time."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        of_b=True,
        find=_late(Clock.b, WITH_B),
        page=_page,
    ),
    Check(
        kind="supplement_paper_open",
        title=_l("A document that B asked for is missing"),
        advice=_l("Provide it, have B check it, or have it waived."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_wanted(LineKind.missing_document),
        page=_page,
    ),
    Check(
        kind="signature_missing",
        title=_l("A signature is missing"),
        advice=_l("Have it signed, have B check it, or have it waived."),
        measure=Measure.valid,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_wanted(LineKind.missing_signature),
        page=_page,
    ),
    Check(
        kind="late_filing_waiting",
        title=_l("A supplement waits to be confirmed"),
        advice=_l("Have it confirmed by who brought it, or by the slip signed in ink; else withdraw it."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.archivist,
        find=_unconfirmed,
        page=_slip,
    ),
    Check(
        kind="postponement_undecided",
        title=_l("More time was asked for and nobody decided"),
        advice=_l("Approve it or turn it down."),
        measure=Measure.valid,
        kinds=CREDIT,
        role=RoleName.deputy_general_manager,
        find=_undecided,
        page=_postponement,
    ),
)
