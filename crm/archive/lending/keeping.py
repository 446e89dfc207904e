"""What is lent goes nowhere else meanwhile: no dossier is moved by hand, and no document leaves its dossier."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.service.custody import current
from crm.archive.lending import queries
from crm.archive.lending.causes import LENT


def lent_whole(dossier: Dossier) -> str:
    """Why the dossier cannot be moved by hand, or ""."""
    held = current(dossier)
    if held is None or held.cause != LENT:
        return ""
    slips = _(", ").join(queries.open_slips_of(dossier.id))
    return _("The dossier is lent by slip %(number)s: take it back there, then it is put in its place.", number=slips)


def document_out(item: Item) -> str:
    """Why the document cannot leave its dossier, or ""."""
    taken = queries.taken([item.id]).get(item.id)
    if taken is None:
        return ""
    return _("The document is out on slip %(number)s: take it back first.", number=taken.number)
