"""The paper of the hand-over that `/verify` knows: the list of the dossier in its versions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.dossiers.proof import Paper
from crm.archive.handover.content import FORM, of_version
from crm.archive.handover.models import Handover
from crm.archive.handover.queries.standing import find_handover, standing_of
from crm.archive.handover.reports import COPIES
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.db import session


def list_today(handover_id: int) -> dict[str, Any] | None:
    """What the newest version would say now; None when there is no such hand-over or no list yet."""
    handover = find_handover(handover_id)
    if handover is None:
        return None
    standing = standing_of(handover)
    return of_version(standing.content, standing.issued) if standing.version else None


def may_see(handover_id: int) -> bool:
    if not actor().may(Permission.credit_read):
        return False
    found = select(Handover.id).join(Project, Project.id == Handover.project_id)
    return session().scalar(found.where(Handover.id == handover_id, visible())) is not None


PAPERS = {FORM: Paper(title=_l("List of the dossier"), content=list_today, may_see=may_see, copies=COPIES)}
