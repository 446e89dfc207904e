"""送达: what came of bringing a letter, entered at the door on a phone; the proof; an entry taken back."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.correspondence.letters import queries, service
from crm.correspondence.letters.forms import TakeBackForm
from crm.correspondence.letters.models import Letter, LetterDelivery
from crm.correspondence.letters.service.attaching import PURPOSE
from crm.correspondence.letters.views.pages import DELIVER, READ, address, blueprint, told
from crm.correspondence.serving.forms import FORMS
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Channel
from crm.correspondence.serving.photos import ask_again, keep_photo
from crm.dates import business_day
from crm.files.showing import shown
from crm.web.forms import attempt, form_page, hindered

FORM = "letters/serve.html"


@blueprint.route("/<int:letter_id>/serve/<way>", methods=["GET", "POST"])
@requires(DELIVER)
def serve(letter_id: int, way: str) -> ResponseReturnValue:
    letter, made = queries.get_letter(letter_id), FORMS.get(way) or abort(404)
    form: Any = made(delivered_on=business_day())
    title, back = str(CHANNEL_TITLES[Channel(way)]), address(letter)
    possible = not hindered(form, service.serving_hindrance(letter))
    if possible and form.validate_on_submit() and attempt(form, _note, letter, form):
        flash(_("Noted: %(way)s.", way=title))
        return redirect(back, 303)
    ask_again(form)
    return form_page(form, title, back, FORM, intro=told(letter), letter=letter, button=_("Note it"))


def _note(letter: Letter, form: Any) -> LetterDelivery:
    return service.note_delivery(letter, form.served(keep_photo(form, PURPOSE, letter.estate_id)))


@blueprint.route("/deliveries/<int:letter_delivery_id>/take-back", methods=["GET", "POST"])
@requires(DELIVER)
def take_back(letter_delivery_id: int) -> ResponseReturnValue:
    entry, form = queries.get_delivery(letter_delivery_id), TakeBackForm()
    letter, back = entry.letter, address(entry.letter)
    possible = not hindered(form, service.take_back_hindrance(entry))
    if possible and form.validate_on_submit() and attempt(form, service.take_back, entry, form.reason.data or ""):
        flash(_("Taken back. Both entries stay."))
        return redirect(back, 303)
    what = f"{CHANNEL_TITLES[entry.channel]} · {ARRIVAL_TITLES[entry.arrival]} · {entry.delivered_on}"
    title = _("Take the entry back")
    return form_page(form, title, back, FORM, intro=what, letter=letter, button=title)


@blueprint.get("/deliveries/<int:letter_delivery_id>/proof")
@requires(READ)
def proof(letter_delivery_id: int) -> ResponseReturnValue:
    upload = queries.get_delivery(letter_delivery_id).upload or abort(404)
    return shown(upload)
