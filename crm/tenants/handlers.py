"""What customers' events mean for their dossiers in the archive."""

from __future__ import annotations

from typing import Protocol

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.service import DocumentFacts
from crm.dates import business_day
from crm.db import session
from crm.tenants import filing
from crm.tenants.closing import CHINESE
from crm.tenants.events import CustomerSupplemented, FileMerged, FileUnmerged, OccupancyBegan
from crm.tenants.models import FACT_TITLES, Customer, FactField, Supplement

PROOF = "supplement"  # the document of the checklist, and what handed it in


class AboutCustomer(Protocol):
    @property
    def customer_id(self) -> int: ...


def customer_appeared(event: AboutCustomer) -> None:
    """Registered, or taken over from a workbook."""
    filing.note(event.customer_id)


def customer_supplemented(event: CustomerSupplemented) -> None:
    if "name" in event.changes:
        filing.note(event.customer_id)
    _file_proof(event)


def _file_proof(event: CustomerSupplemented) -> None:
    """Into the section of supplements, named after what it amends; not into a dossier that is closed. Clause P-09."""
    made = session().get_one(Supplement, event.supplement_id)
    dossier = archive.find_dossier(filing.SUBJECT, event.customer_id) if made.upload_id else None
    if dossier is None or dossier.state != "open":
        return
    with force_locale(CHINESE):
        fields = _(", ").join(str(FACT_TITLES[FactField(name)]) for name in event.changes)
        title = f"{_('Supplement')}{_(': ')}{fields}"
    facts = DocumentFacts(
        title=title,
        responsible=made.confirmed_by,
        date=made.effective_on,
        upload_id=made.upload_id,
        note=made.reason,
        source_kind=PROOF,
        source_id=made.id,
    )
    archive.file_document(filing.SUBJECT, event.customer_id, PROOF, facts)


def customer_came_back(event: OccupancyBegan) -> None:
    """A file that was closed at the move-out goes on, with its next volume."""
    dossier = archive.find_dossier(filing.SUBJECT, event.customer_id)
    if dossier and dossier.state == "closed" and dossier.continued_in_id is None:
        archive.reopen_dossier(dossier, _("The customer came back"))


def file_merged(event: FileMerged) -> None:
    """What comes for the merged file is filed with the kept one from now on; what lies in its dossier stays there."""
    merged = archive.find_dossier(filing.SUBJECT, event.customer_id)
    if merged:
        kept = filing.next_of(event.kept_id)
        reason = _("The customer's files were merged")
        for dossier in (merged, kept):  # one that was closed at a move-out goes on
            if dossier.state == "closed":
                archive.reopen_dossier(dossier, reason)
        archive.close_dossier(merged, reason, day=business_day(), continued_in=kept)


def file_unmerged(event: FileUnmerged) -> None:
    """With the files that had been merged into it before."""
    merged = archive.find_dossier(filing.SUBJECT, event.customer_id)
    if merged is None:
        filing.note(event.customer_id)
    elif merged.state == "closed" and merged.continued_in_id is not None:
        archive.reopen_dossier(merged, _("The merge was taken back"))
        archive.go_on_in(merged, select(Customer.id).where(Customer.merged_into_id == event.customer_id))
