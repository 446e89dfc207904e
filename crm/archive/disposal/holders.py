"""What of the archive's own holds a dossier back, and of the loans."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, literal, select

from crm.archive.credit.models import Project, ProjectState
from crm.archive.credit.retention import HOLD_TITLES, held
from crm.archive.disposal.holding import Holder
from crm.archive.disposal.models import ArchiveHold
from crm.archive.dossiers.models import Attachment, AttachmentRelease, Correction, Removal
from crm.archive.dossiers.models.records import AskState
from crm.archive.handover.models import Handover, HandoverState, LateFiling, LateState
from crm.archive.lending.models import OPEN, LendingSlip, SlipLine
from crm.archive.vault.models import TitleIncident
from crm.archive.vault.models.document import TitleDocument, TitleState
from crm.numbering import Number

Held = Select[*tuple[Any, ...]]
GONE = (TitleState.released, TitleState.lost, TitleState.void)


def _titles() -> Held:
    """From the day it is expected until it is released; what was lost is an incident's."""
    words = TitleDocument.name + " " + TitleDocument.certificate_no
    return select(TitleDocument.dossier_id, words).where(TitleDocument.state.not_in(GONE))


def _title_incidents() -> Held:
    """Lost or damaged: until it is settled the client may claim it."""
    found = select(TitleDocument.dossier_id, Number.text)
    told = found.join(TitleIncident, TitleIncident.document_id == TitleDocument.id)
    return told.join(Number, Number.id == TitleIncident.number_id).where(TitleIncident.closed_at.is_(None))


def _slips() -> Held:
    lent = select(SlipLine.dossier_id, Number.text).join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
    return lent.join(Number, Number.id == LendingSlip.number_id).where(LendingSlip.state.in_(OPEN))


def _attachments() -> Held:
    """The client's own papers: whose they are hears of it and gets them back first (A-22)."""
    back = exists().where(AttachmentRelease.attachment_id == Attachment.id)
    return select(Attachment.dossier_id, Attachment.title).where(~back)


def _asked(model: type[Correction] | type[Removal]) -> Held:
    return select(model.dossier_id, func.substr(model.reason, 1, 40)).where(model.state == AskState.asked)


def _late() -> Held:
    found = select(Handover.dossier_id, literal("")).join(LateFiling, LateFiling.handover_id == Handover.id)
    return found.where(LateFiling.state == LateState.pending)


def _handovers() -> Held:
    """Settled, and never handed in: what was turned down is not handed in at all."""
    found = select(Handover.dossier_id, literal("")).join(Project, Project.id == Handover.project_id)
    return found.where(Handover.state != HandoverState.filed, Project.state == ProjectState.settled)


def _by_hand() -> Held:
    words = ArchiveHold.reason + " · " + ArchiveHold.placed_by
    return select(ArchiveHold.dossier_id, words).where(ArchiveHold.lifted_at.is_(None))


def _holder(kind: str, title: Any, found: Callable[[], Held]) -> Holder:
    return Holder(kind=kind, title=title, held=found)


HOLDERS = (
    *(_holder(kind.value, title, partial(held, kind)) for kind, title in HOLD_TITLES.items()),
    _holder("handover", _l("Not handed in yet"), _handovers),
    _holder("title_document", _l("A title document is kept"), _titles),
    _holder("title_incident", _l("An incident of a title document is open"), _title_incidents),
    _holder("slip", _l("Lent out"), _slips),
    _holder(
        "attachment", _l("The client's own papers are still here: tell the client and give them back"), _attachments
    ),
    _holder("correction", _l("A correction is not decided yet"), partial(_asked, Correction)),
    _holder("removal", _l("A removal is not decided yet"), partial(_asked, Removal)),
    _holder("supplement", _l("A supplement is not filed yet"), _late),
    _holder("by_hand", _l("Held by hand"), _by_hand),
)
