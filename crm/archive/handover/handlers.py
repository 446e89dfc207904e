"""What follows for a hand-over when its project moves on, or the year's holidays are announced."""

from __future__ import annotations

from crm.archive.credit.events import EndCorrected, ProjectAdded, ProjectEnded, TransferorReplaced
from crm.archive.handover.models import HandoverState, Party
from crm.archive.handover.queries.standing import of_project
from crm.archive.handover.service import deadlines, opening
from crm.worktime.events import HolidayNoticeEntered


def project_added(event: ProjectAdded) -> None:
    if event.dossier_id is not None:
        opening.open_handover(event.project_id, event.dossier_id)


def project_ended(event: ProjectEnded) -> None:
    """Day 0 of A's clock and of the total."""
    if event.dossier_id is not None:
        opening.start_clocks(opening.open_handover(event.project_id, event.dossier_id))


def end_corrected(event: EndCorrected) -> None:
    handover = of_project(event.project_id)
    if handover is not None:
        deadlines.correct_end(handover, event.new)


def transferor_replaced(event: TransferorReplaced) -> None:
    handover = of_project(event.project_id)
    if handover is not None and handover.state is not HandoverState.filed:
        opening.replace_party(handover, Party(event.role), event.former_user_id, event.user_id)


def notice_entered(_event: HolidayNoticeEntered) -> None:
    """Provisional due dates become firm, some move; whom it concerns is told."""
    deadlines.reckon_all_anew()
