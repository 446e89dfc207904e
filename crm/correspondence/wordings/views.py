"""Texts to begin with, as the company keeps them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import Permission, requires
from crm.correspondence.wordings import listings, queries, service
from crm.correspondence.wordings.forms import WordingForm
from crm.correspondence.wordings.models import KIND_TITLES, Wording, WordingKind
from crm.correspondence.wordings.placeholders import PLACEHOLDERS, samples
from crm.correspondence.wordings.wording import filled, in_paragraphs
from crm.lists import listing
from crm.web.forms import attempt, form_page, is_current

blueprint = Blueprint("wordings", __name__, url_prefix="/letters/wordings")
WRITE = Permission.notice_write
FORM = "wordings/form.html"


@blueprint.get("/")
@requires(WRITE)
def index() -> ResponseReturnValue:
    return listing.answer(listings.texts(), "wordings/index.html", kinds=KIND_TITLES)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> ResponseReturnValue:
    """`kind` in the address says what for: a letter unless it is said."""
    kind, form = _kind(), WordingForm()
    if form.validate_on_submit() and (made := attempt(form, service.add, kind, _values(form))):
        flash(_("The wording is added."))
        return redirect(_at(made))
    back = url_for(".index")
    return form_page(form, _("New wording"), back, FORM, intro=KIND_TITLES[kind], known=PLACEHOLDERS[kind])


def _kind() -> WordingKind:
    try:
        return WordingKind(request.args.get("kind", WordingKind.letter.value))
    except ValueError:
        abort(404)


@blueprint.get("/<int:wording_id>")
@requires(WRITE)
def show(wording_id: int) -> ResponseReturnValue:
    """With the text as it would look, on values made up for it."""
    wording = queries.get_wording(wording_id)
    known, values = PLACEHOLDERS[wording.kind], samples(wording.kind)
    return render_template(
        "wordings/show.html",
        wording=wording,
        kind=KIND_TITLES[wording.kind],
        known=known,
        subject=filled(wording.subject, values, known),
        paragraphs=in_paragraphs(filled(wording.body, values, known)),
    )


@blueprint.route("/<int:wording_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(wording_id: int) -> ResponseReturnValue:
    wording = queries.get_wording(wording_id)
    form = WordingForm(obj=wording)
    current = form.validate_on_submit() and is_current(form, wording, timeline("wording", wording.id))
    if current and attempt(form, service.change, wording, _values(form)):
        flash(_("Saved."))
        return redirect(_at(wording))
    known = PLACEHOLDERS[wording.kind]
    return form_page(form, _("Change the wording"), _at(wording), FORM, intro=wording.name, known=known)


@blueprint.post("/<int:wording_id>/retire")
@requires(WRITE)
def retire(wording_id: int) -> ResponseReturnValue:
    wording = queries.get_wording(wording_id)
    service.retire(wording)
    flash(_("“%(name)s” is out of use. What has it already keeps it.", name=wording.name))
    return redirect(_at(wording))


@blueprint.post("/<int:wording_id>/restore")
@requires(WRITE)
def restore(wording_id: int) -> ResponseReturnValue:
    wording = queries.get_wording(wording_id)
    service.restore(wording)
    flash(_("“%(name)s” can be chosen again.", name=wording.name))
    return redirect(_at(wording))


def _at(wording: Wording) -> str:
    return url_for(".show", wording_id=wording.id)


def _values(form: Any) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("name", "subject", "body")}
