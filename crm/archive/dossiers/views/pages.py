"""The blueprint, and what its pages share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.models import Dossier, TemplateSection
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.files import store
from crm.files.models import Upload
from crm.web.download import attachment
from crm.web.forms import BaseForm, form_page

blueprint = Blueprint("dossiers", __name__, url_prefix="/archive")
READ, FILE, KEEP = Permission.dossier_read, Permission.dossier_file, Permission.dossier_keep
TRACE = Permission.dossier_trace
APPROVE, APPOINT = Permission.archive_approve, Permission.archive_appoint
OVERSEE = Permission.credit_oversee  # what is the company's and no estate's
SHOWN = ("application/pdf", "image/png", "image/jpeg")
PURPOSE = "dossier"  # of uploads, which are fetched through their dossier only


def address_of(dossier_id: int, tab: str = "contents") -> str:
    return url_for("dossiers.show", dossier_id=dossier_id, tab=tab)


def back_to(dossier: Dossier, tab: str = "contents") -> ResponseReturnValue:
    return redirect(address_of(dossier.id, tab))


def part_form(
    form: BaseForm, dossier: Dossier, title: str, tab: str = "contents", **context: Any
) -> ResponseReturnValue:
    """A form about the dossier, which is named above it."""
    intro = context.pop("intro", " · ".join(filter(None, (number_of(dossier), dossier.title))))
    return form_page(form, title, address_of(dossier.id, tab), intro=intro, **context)


def kept(file: Any, dossier: Dossier) -> Upload | None:
    """The uploaded file in the store, None when none was chosen."""
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=dossier.estate_id)


def sent(upload: Upload | None) -> ResponseReturnValue:
    """A kept file as what it is; 404 where there is none. Its stored bytes' facts are loaded."""
    if upload is None:
        abort(404)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)


def slot_choices(sections: Sequence[TemplateSection], key: str) -> dict[Any, str]:
    """Every document of the checklist under its section's number, by `key`: id or code."""
    return {
        getattr(slot, key): f"{section.position} {section.title} · {slot.title}"
        for section in sections
        for slot in section.slots
        if getattr(slot, key)
    }


def colleagues(empty: str) -> dict[int, str]:
    """Everybody who works here, the acting person left out; 0 is nobody."""
    active = select(User.id, User.full_name).where(User.active, User.id != g.actor.user_id).order_by(User.full_name)
    return {0: empty, **{row.id: row.full_name for row in session().execute(active)}}


def nobody() -> str:
    return _("Please choose")
