"""Why a dossier changes hands on its way from A to the archive; its custody shows the titles (L-09)."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

HANDED_TO_B, RETURNED_TO_A = "handed_to_b", "returned_to_a"
RECEIVED, REPLACED = "received", "replaced"
CAUSE_TITLES: dict[str, LazyString] = {
    HANDED_TO_B: _l("Handed to B with the list"),
    RETURNED_TO_A: _l("Returned to A"),
    RECEIVED: _l("Received into the archive"),
    REPLACED: _l("A or B replaced"),
}
