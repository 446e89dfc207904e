"""What follows for title documents when A of their project is replaced (L-06)."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.credit.events import TransferorReplaced
from crm.archive.handover.models import Party
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.documents import service

ADDRESS = "/archive/vault/projects/{}"


def transferor_replaced(event: TransferorReplaced) -> None:
    """What the former A has in hand is the new one's; a list under way is withdrawn and issued anew by its page."""
    if event.dossier_id is None or event.role != Party.a.value:
        return
    moved = service.pass_on(event.dossier_id, event.former_user_id, event.user_id)
    if moved:
        told = len(moved)
        tell_at(
            ADDRESS.format(event.project_id),
            {event.user_id},
            lambda: _("You have taken over %(count)d title documents as A.", count=told),
        )
