"""What can be done to many findings at once: they are handed out. Nothing else ends or changes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.lists.listing import BulkAction, Effect
from crm.review.forms import HandOutTogetherForm
from crm.review.models import Finding
from crm.review.owners import candidates, readers_of, sees
from crm.review.service import hand_out
from crm.review.wording import fault


def _preview(ids: Sequence[int], form: Any) -> Sequence[Effect]:
    rows = _rows(ids)
    names = {user.id: user for user in candidates()}
    wanted, readers = names.get(form.owner_id.data), readers_of([row.dossier_id for row in rows])
    return [_effect(row, wanted, form.due_on.data, readers) for row in rows]


def _effect(row: Any, wanted: User | None, due_on: date | None, readers: set[tuple[int, int]]) -> Effect:
    old = _stands(row.owner, row.due_on)
    new = _stands(wanted.full_name if wanted else row.owner, due_on or row.due_on)
    reason = ""
    if row.cured_at is not None:
        reason = _("It is cured already.")
    elif wanted and not sees(wanted, row, readers):
        reason = _("%(name)s does not see this dossier.", name=wanted.full_name)
    elif old == new:
        reason = _("It stands so already.")
    return Effect(id=row.id, label=f"{row.code or row.title} {fault(row)}", old=old, new=new, hindrance=reason)


def _stands(owner: str | None, due_on: date) -> str:
    return f"{owner or _('nobody')} · {due_on.isoformat()}"


def _rows(ids: Sequence[int]) -> Sequence[Any]:
    own = [Finding.id, Finding.kind, Finding.detail, Finding.due_on, Finding.cured_at]
    about = [Finding.dossier_id, Finding.estate_id, Dossier.code, Dossier.title, User.full_name.label("owner")]
    rows = select(*own, *about).join(Dossier, Dossier.id == Finding.dossier_id)
    named = rows.outerjoin(User, User.id == Finding.owner_id).where(Finding.id.in_(ids))
    return session().execute(named.order_by(Finding.id)).all()


def _apply(ids: Sequence[int], form: Any) -> None:
    for finding in session().scalars(select(Finding).where(Finding.id.in_(ids)).order_by(Finding.id)):
        hand_out(finding, form.owner_id.data or finding.owner_id, form.due_on.data or finding.due_on)


HAND_OUT = BulkAction(
    name="hand_out",
    title=_l("Hand out"),
    permission=Permission.review_keep,
    form=HandOutTogetherForm,
    preview=_preview,
    apply=_apply,
    icon="user-check",
)
