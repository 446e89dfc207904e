"""A matter's dossiers as a tab on its own page; `templates/dossiers/_card.html` draws them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import LazyString

from crm.archive.dossiers.listings import TONES
from crm.archive.dossiers.models.dossier import STATE_TITLES
from crm.archive.dossiers.queries import filed_for
from crm.archive.dossiers.reports import DossierFile, dossier_file
from crm.auth.actor import actor
from crm.auth.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    file: DossierFile
    state: LazyString
    tone: str
    may_open: bool
    may_file: bool


def cards(subject_kind: str, subject_ids: Collection[int]) -> Sequence[Card]:
    """The customer's own first, then those of files merged into it; whoever asks may see the customer."""
    reads, files = actor().may(Permission.dossier_read), actor().may(Permission.dossier_file)
    found = sorted(filed_for(subject_kind, list(subject_ids)), key=lambda dossier: dossier.continued_in_id is not None)
    return [
        Card(
            file=dossier_file(dossier),
            state=STATE_TITLES[dossier.state],
            tone=TONES[dossier.state],
            may_open=reads,
            may_file=files and dossier.state == "open",
        )
        for dossier in found
    ]
