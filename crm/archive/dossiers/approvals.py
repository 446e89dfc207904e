"""Corrections and removals of what is filed, that wait for another than asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.archive.dossiers.models import Correction, Dossier, Removal
from crm.archive.dossiers.models.records import AskState
from crm.archive.dossiers.queries import shown_title, visible
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.steps.approvals import Approvals, waits


def _waiting(model: type[Correction] | type[Removal]) -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=model.id,
            about=shown_title(),
            asked_by=User.full_name,
            asked_at=model.asked_at,
            estate_id=Dossier.estate_id,
        )
        .join(Dossier, Dossier.id == model.dossier_id)
        .join(User, User.id == model.asked_by_id)
        .where(model.state == AskState.asked, model.asked_by_id.is_distinct_from(actor().user_id), visible())
    )


CORRECTIONS = Approvals(
    name="correction",
    title=_l("Correction of a dossier"),
    permission=Permission.archive_approve,
    waiting=lambda: _waiting(Correction),
    page=lambda key: url_for("dossiers.correction", correction_id=key),
)
REMOVALS = Approvals(
    name="removal",
    title=_l("Removal from a dossier"),
    permission=Permission.archive_approve,
    waiting=lambda: _waiting(Removal),
    page=lambda key: url_for("dossiers.removal", removal_id=key),
)
