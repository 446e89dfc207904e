"""How a letter about a violation went to whom it is for, entered at the door by phone."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import HiddenField
from wtforms.validators import Length

from crm.auth.permissions import requires
from crm.correspondence.letters.models import Letter
from crm.correspondence.serving.forms import FORMS, WAYS
from crm.correspondence.serving.models import CHANNEL_TITLES, Channel
from crm.dates import business_day
from crm.files import store
from crm.violations.cases import photos, queries, service
from crm.violations.cases.models import Violation, ViolationPhotoStage
from crm.violations.cases.service.noticing import LETTERS
from crm.violations.cases.views.pages import HANDLE, address, blueprint
from crm.web.forms import attempt, form_page


@blueprint.route("/letters/<int:violation_letter_id>/brought", methods=["GET", "POST"])
@requires(HANDLE)
def brought(violation_letter_id: int) -> ResponseReturnValue:
    """`way` in the address: by hand, left at the door, by EMS, by e-mail."""
    letter = queries.get_letter(violation_letter_id)
    violation = queries.get_violation(letter.about_id or 0)
    channel = _way()
    form: Any = _keyed(channel)(key=token_hex(12), delivered_on=business_day())
    if form.is_submitted() and LETTERS.is_repeat(letter, form.key.data):
        return redirect(address(violation))
    if form.validate_on_submit() and attempt(form, _bring, violation, letter, form):
        flash(_("%(number)s: how it went is noted.", number=letter.number))
        return redirect(address(violation))
    return form_page(
        form,
        _("How the letter went"),
        address(violation),
        "violations/brought.html",
        intro=f"{violation.number} · {violation.place} · {letter.number}",
        ways=_ways(letter, channel),
    )


def _way() -> Channel:
    name = request.args.get("way", "")
    return Channel(name) if name in FORMS else Channel.by_hand


def _keyed(channel: Channel) -> type[Any]:
    """The form of that way, with a key that keeps it from counting twice."""
    return type("BroughtForm", (FORMS[channel.value],), {"key": HiddenField(validators=[Length(max=64)])})


def _ways(letter: Letter, here: Channel) -> list[Any]:
    return [
        (CHANNEL_TITLES[way], url_for(".brought", violation_letter_id=letter.id, way=way.value), way is here)
        for way in WAYS
    ]


def _bring(violation: Violation, letter: Letter, form: Any) -> None:
    """With the picture, where there is one, among those of the violation."""
    file, upload = form.file, None
    if file:
        upload = store.keep(file.read(), file.filename, purpose=photos.PURPOSE, estate_id=violation.estate_id)
    delivery = service.bring(violation, letter, form.served(upload.id if upload else None), form.key.data or None)
    if delivery and upload and photos.is_picture(upload):
        photos.show(violation, upload, ViolationPhotoStage.served, None)
