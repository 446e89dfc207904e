"""What stands on a destruction list is not added to meanwhile."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.disposal.queries import live_list_of
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState


def on_a_list(dossier: Dossier) -> str:
    """Why the dossier takes no documents now, or "". One that was opened again does: it comes to no end that way."""
    found = live_list_of(dossier.id) if dossier.state is not DossierState.open else None
    if found is None:
        return ""
    return _("The dossier stands on destruction list %(number)s. Withdraw that list first.", number=found.number)
