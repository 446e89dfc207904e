"""What customers' events mean for their dossiers in the archive."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext as _

from crm.archive.dossiers import service as archive
from crm.dates import business_day
from crm.tenants import filing
from crm.tenants.events import CustomerSupplemented, FileMerged, FileUnmerged


class AboutCustomer(Protocol):
    @property
    def customer_id(self) -> int: ...


def customer_appeared(event: AboutCustomer) -> None:
    """Registered, or taken over from a workbook."""
    filing.note(event.customer_id)


def customer_supplemented(event: CustomerSupplemented) -> None:
    if "name" in event.changes:
        filing.note(event.customer_id)


def file_merged(event: FileMerged) -> None:
    """What comes for the merged file is filed with the kept one from now on; what lies in its dossier stays there."""
    merged = archive.find_dossier(filing.SUBJECT, event.customer_id)
    kept = archive.find_dossier(filing.SUBJECT, event.kept_id)
    if merged and kept and merged.state == "open":
        archive.close_dossier(merged, _("The customer's files were merged"), day=business_day(), continued_in=kept)


def file_unmerged(event: FileUnmerged) -> None:
    merged = archive.find_dossier(filing.SUBJECT, event.customer_id)
    if merged is None:
        filing.note(event.customer_id)
    elif merged.state == "closed" and merged.continued_in_id is not None:
        archive.reopen_dossier(merged, _("The merge was taken back"))
