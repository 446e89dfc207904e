"""重要权证移交清单 as `/verify` knows it, by the id of its number."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.proof import Paper
from crm.archive.vault.models import TransferState
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.transfers import queries
from crm.archive.vault.transfers.content import COPIES, FORM
from crm.auth.actor import actor
from crm.auth.permissions import Permission


def today(number_id: int) -> dict[str, Any] | None:
    """What was issued; that it was withdrawn is said beside it, so that a printed copy no longer holds."""
    found = queries.find_by_number(number_id)
    if found is None:
        return None
    return {**found.content, "withdrawn": found.reason} if found.state is TransferState.withdrawn else found.content


def _may_see(number_id: int) -> bool:
    return actor().may(Permission.title_read) and queries.may_see(number_id)


PAPERS = {
    FORM: Paper(
        title=_l("Transfer list of title documents"),
        content=today,
        may_see=_may_see,
        copies=COPIES,
        fields={
            "number": _l("Number"),
            "file_number": _l("File number"),
            "issued_at": _l("Issued at"),
            "pieces": _l("Pieces"),
            "title_kind": _l("Kind of the title document"),
            "name": _l("Name on it"),
            "certificate_no": _l("Certificate number"),
            "quantity": _l("Quantity"),
            "owner": _l("Owner or holder of the right"),
            "registry": _l("Registry"),
            "collateral": _l("Collateral"),
            "withdrawn": _l("Withdrawn"),
        },
        words={"title_kind": KIND_TITLES},
    )
}
