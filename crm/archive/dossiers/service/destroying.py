"""A dossier's end: nobody has it any more, and words nobody needs are blanked. Who decides it stands above (2.5)."""

from __future__ import annotations

from sqlalchemy import select, update

from crm.archive.dossiers.events import DossierDestroyed
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.models.dossier import WORKFLOW
from crm.archive.dossiers.service.custody import end_custody
from crm.audit.log import record
from crm.db import session

BLANKED = ("responsible", "doc_no", "note", "original_no")
"""Of a document; code, title, pages and dates stay, as the law on residual facts wants them."""


def hold_for_good(dossier_ids: list[int]) -> list[Dossier]:
    """As they stand now; nobody moves, lends or changes them until the unit of work ends."""
    query = select(Dossier).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id).with_for_update()
    return list(session().scalars(query.execution_options(populate_existing=True)))


def destroy(dossier: Dossier, destroyed: DossierDestroyed) -> None:
    """Once its tombstone stands: the database refuses it before."""
    end_custody(dossier)
    WORKFLOW.take(dossier, "destroy")
    session().flush()
    blank = update(Item).where(Item.dossier_id == dossier.id).values(dict.fromkeys(BLANKED, ""))
    session().execute(blank.execution_options(synchronize_session=False))
    record(destroyed)
