"""What follows for title documents when A of their project is replaced (L-06)."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.archive.credit.events import TransferorReplaced
from crm.archive.handover.models import Party
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.documents import queries

ADDRESS = "/archive/vault/projects/{}/take-over"


def transferor_replaced(event: TransferorReplaced) -> None:
    """The new A is asked to confirm what the former one has in hand, who answers for it until then; a list under way
    is withdrawn and issued anew by its page."""
    if event.dossier_id is None or event.role != Party.a.value:
        return
    if told := len(queries.in_hands(event.dossier_id, event.former_user_id)):
        tell_at(
            ADDRESS.format(event.project_id),
            {event.user_id},
            lambda: _("You are A now: confirm that you have %(count)d title documents.", count=told),
        )
