"""A's part: the documents of the checklist, and handing them to B (L-07 to L-09)."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.dossiers import service as dossiers
from crm.archive.dossiers.models import Attachment, Item, TemplateSlot
from crm.archive.dossiers.service import ItemFacts
from crm.archive.handover.causes import HANDED_TO_B
from crm.archive.handover.models import Clock
from crm.archive.handover.path import PATH
from crm.archive.handover.service import deadlines, steps
from crm.archive.handover.standing import Standing
from crm.dates import business_day
from crm.errors import DomainError
from crm.files.models import Upload


def add_item(standing: Standing, facts: ItemFacts, scan: Upload | None = None) -> Item:
    PATH.expect(standing, "arrange")
    item = dossiers.add_item(standing.handover.dossier, facts)
    if scan is not None:
        dossiers.attach_file(item, scan)
    return item


def change_item(standing: Standing, item: Item, facts: ItemFacts, scan: Upload | None = None) -> None:
    """A scan that is brought again takes the place of the one before."""
    PATH.expect(standing, "arrange")
    dossiers.change_item(item, facts)
    if scan is not None:
        dossiers.attach_file(item, scan, replaces=item.renditions[-1] if item.renditions else None)


def add_attachment(standing: Standing, title: str, owner: str, *, copies: int, note: str = "") -> Attachment:
    """The client's own papers that were not taken along: listed, kept, never coded (L-15)."""
    PATH.expect(standing, "arrange")
    return dossiers.add_attachment(standing.handover.dossier, title, owner, copies=copies, note=note)


def take_out(standing: Standing, item: Item) -> None:
    PATH.expect(standing, "arrange")
    dossiers.take_out(item)


def mark_needless(standing: Standing, slot: TemplateSlot, reason: str, *, needless: bool) -> None:
    """Say that this project does not need a document of the checklist, or that it does after all."""
    PATH.expect(standing, "arrange")
    if not slot.code:
        raise DomainError(_("This document of the checklist has no code. The archivist gives it one first."))
    dossiers.state_absence(standing.handover.dossier, slot, reason, absent=needless)


def hand_to_b(standing: Standing) -> None:
    """Dossier and list go to B; this moment is B's receipt, and B's days run from this day (A-03)."""
    steps.take(standing, "hand_to_b")
    handover = standing.handover
    dossiers.take_custody(handover.dossier, holder_id=standing.b_id, cause=HANDED_TO_B)
    deadlines.start(handover, Clock.b, business_day())
