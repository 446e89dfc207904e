"""The pack is signed; a move-in that comes to nothing is cancelled."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.files import store
from crm.moves.keys.entering import signature_of
from crm.moves.moving_in import queries, service
from crm.moves.moving_in.completeness import standings
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.forms import SignPackForm
from crm.moves.moving_in.models import WORKFLOW, MoveIn
from crm.moves.moving_in.service import STEPS, Said, Signature
from crm.moves.moving_in.views.pages import TITLES, address, blueprint, steps_of
from crm.moves.moving_in.views.papers import PURPOSE
from crm.steps.forms import ReasonForm
from crm.steps.pages import said
from crm.web.forms import attempt, form_page, hindered, opened_on, stand_on


@blueprint.route("/<int:move_in_id>/sign", methods=["GET", "POST"])
@requires(WORKFLOW["sign"].permission)  # type: ignore[arg-type]
def sign(move_in_id: int) -> ResponseReturnValue:
    """What is missing is told with its place; nothing is signed before it is there."""
    move_in = queries.get_move_in(move_in_id)
    form: Any = SignPackForm(signer=move_in.customer.name, key=secrets.token_hex(12))
    stand_on(form, move_in)
    if form.is_submitted() and STEPS.is_repeat(move_in, form.key.data, "sign"):
        return redirect(address(move_in))
    hinders = form.is_submitted() and hindered(form, STEPS.hindrance(move_in, "sign"))
    if not hinders and form.validate_on_submit() and opened_on(form, move_in) and attempt(form, _sign, move_in, form):
        flash(_("%(number)s is signed. Its papers go into the dossier now.", number=move_in.number))
        return redirect(address(move_in), 303)
    back, parts = address(move_in), steps_of(move_in, standings(facts_of(move_in)))
    shown = {"move_in": move_in, "parts": parts, "titles": TITLES, "intro": move_in.number}
    return form_page(form, _("Sign the pack"), back, "moves/in/sign.html", **shown)


def _sign(move_in: MoveIn, form: Any) -> None:
    signing, upload = signature_of(form, move_in.estate_id, PURPOSE) or (None, None)
    clerk = form.clerk_drawing.drawn
    drawn = store.keep_picture(clerk, "clerk.png", purpose=PURPOSE, estate_id=move_in.estate_id) if clerk else None
    if signing is None or upload is None:
        return
    signature = Signature(
        signer=form.signer.data, signing=signing, upload_id=upload.id, clerk_upload_id=drawn.id if drawn else None
    )
    service.sign(move_in, signature, Said(key=form.key.data or None))


@blueprint.route("/<int:move_in_id>/cancel", methods=["GET", "POST"])
@requires(WORKFLOW["cancel"].permission)  # type: ignore[arg-type]
def cancel(move_in_id: int) -> ResponseReturnValue:
    move_in = queries.get_move_in(move_in_id)
    form: Any = ReasonForm(key=secrets.token_hex(12))
    stand_on(form, move_in)
    if form.is_submitted() and STEPS.is_repeat(move_in, form.key.data, "cancel"):
        return redirect(address(move_in))
    hinders = hindered(form, STEPS.hindrance(move_in, "cancel"))
    if not hinders and form.validate_on_submit() and attempt(form, service.cancel, move_in, said(form)):
        flash(_("%(number)s is cancelled.", number=move_in.number))
        return redirect(address(move_in), 303)
    title, intro = WORKFLOW["cancel"].title, f"{move_in.number} {move_in.unit.label} {move_in.customer.name}"
    left = service.left_of(move_in)
    return form_page(form, str(title), address(move_in), "moves/in/cancel.html", intro=intro, left=left, button=title)
