"""Corrections 更正单 and removals 移出单: asking for them, deciding, the lists of what waits."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import listings, queries, service
from crm.archive.dossiers.forms import ClassForm, CorrectionForm, DecisionForm, RemovalForm
from crm.archive.dossiers.listings import ASK_TONES
from crm.archive.dossiers.models import Correction, Dossier, Item, Removal
from crm.archive.dossiers.models.records import ASK_TITLES, AskState
from crm.archive.dossiers.papers import correction_slip, removal_slip
from crm.archive.dossiers.service.records import DOSSIER_FIELDS, ITEM_FIELDS, field_title, value_title
from crm.archive.dossiers.views.pages import (
    APPROVE,
    KEEP,
    READ,
    back_to,
    blueprint,
    kept,
    nobody,
    part_form,
    sent,
)
from crm.auth.permissions import requires
from crm.db import session
from crm.files.store import find_upload
from crm.lists import listing
from crm.web.forms import BaseForm, attempt, choices


@blueprint.get("/corrections")
@requires(READ)
def corrections() -> ResponseReturnValue:
    return listing.answer(listings.corrections())


@blueprint.get("/removals")
@requires(READ)
def removals() -> ResponseReturnValue:
    return listing.answer(listings.removals())


@blueprint.route("/dossiers/<int:dossier_id>/items/<int:item_id>/correct", methods=["GET", "POST"])
@requires(KEEP)
def correct(dossier_id: int, item_id: int) -> ResponseReturnValue:
    dossier = queries.get_dossier(dossier_id)
    return _correct(dossier, queries.get_item(dossier, item_id), ITEM_FIELDS)


@blueprint.route("/dossiers/<int:dossier_id>/correct", methods=["GET", "POST"])
@requires(KEEP)
def correct_dossier(dossier_id: int) -> ResponseReturnValue:
    """The title on the spine."""
    return _correct(queries.get_dossier(dossier_id), None, {"title": DOSSIER_FIELDS["title"]})


@blueprint.route("/dossiers/<int:dossier_id>/classify", methods=["GET", "POST"])
@requires(KEEP)
def classify(dossier_id: int) -> ResponseReturnValue:
    """密级: another class, asked for like any correction."""
    dossier = queries.get_dossier(dossier_id)
    return _ask(dossier, None, "security", ClassForm(new=service.shown_value(dossier, None, "security")))


def _correct(dossier: Dossier, item: Item | None, fields: dict[str, Any]) -> ResponseReturnValue:
    form = CorrectionForm()
    form.field.choices = choices(fields, empty=nobody())
    return _ask(dossier, item, form.field.data, form)


def _ask(dossier: Dossier, item: Item | None, field: str, form: Any) -> ResponseReturnValue:
    if form.validate_on_submit() and attempt(form, _ask_correction, dossier, item, field, form):
        flash(_("Asked for. Somebody with the right to approve decides."))
        return back_to(dossier, "records")
    intro = " ".join(filter(None, (item.code, item.title))) if item else dossier.title
    return part_form(form, dossier, _("Ask for a correction"), "records", intro=intro)


def _ask_correction(dossier: Dossier, item: Item | None, field: str, form: Any) -> None:
    evidence = kept(form.evidence.data, dossier)
    service.ask_correction(dossier, item, field, form.new.data, form.reason.data, evidence)


@blueprint.route("/dossiers/<int:dossier_id>/items/<int:item_id>/remove", methods=["GET", "POST"])
@requires(KEEP)
def remove(dossier_id: int, item_id: int) -> ResponseReturnValue:
    dossier = queries.get_dossier(dossier_id)
    item, form = queries.get_item(dossier, item_id), RemovalForm()
    if form.validate_on_submit():
        asked = (dossier, item, form.reason.data, form.receiver.data)
        if attempt(form, service.ask_removal, *asked):
            flash(_("Asked for. Somebody with the right to approve decides."))
            return back_to(dossier, "records")
    intro = " ".join(filter(None, (item.code, item.title)))
    return part_form(form, dossier, _("Ask for a removal"), "records", intro=intro)


# Deciding


@blueprint.get("/corrections/<int:correction_id>")
@requires(READ)
def correction(correction_id: int) -> ResponseReturnValue:
    return _correction_page(queries.get_ask(Correction, correction_id), None)


@blueprint.get("/corrections/<int:correction_id>/evidence")
@requires(READ)
def evidence(correction_id: int) -> ResponseReturnValue:
    """What was brought to show that the correction is right."""
    asked = queries.get_ask(Correction, correction_id)
    return sent(find_upload(asked.evidence_id) if asked.evidence_id is not None else None)


@blueprint.post("/corrections/<int:correction_id>/approve")
@requires(APPROVE)
def approve_correction(correction_id: int) -> ResponseReturnValue:
    return _decide_correction(correction_id, approve=True)


@blueprint.post("/corrections/<int:correction_id>/refuse")
@requires(APPROVE)
def refuse_correction(correction_id: int) -> ResponseReturnValue:
    return _decide_correction(correction_id, approve=False)


def _decide_correction(correction_id: int, *, approve: bool) -> ResponseReturnValue:
    asked, form = queries.get_ask(Correction, correction_id), DecisionForm()
    if form.validate():
        asked.expect_version(form.version.data)
        decided = {"approve": approve, "decision": form.decision.data or ""}
        if attempt(form, service.decide_correction, asked, **decided):
            return redirect(url_for(".correction", correction_id=asked.id))
    return _correction_page(asked, form)


def _correction_page(asked: Correction, form: DecisionForm | None) -> ResponseReturnValue:
    slip = correction_slip(asked)
    old, new = (value_title(asked.field, value) for value in (asked.old, asked.new))
    shown = [
        (_("Document"), f"{slip['code']} {slip['document']}".strip() or slip["title"]),
        (field_title(asked.field, of_item=asked.item_id is not None), f"{old or '–'} → {new or '–'}"),
    ]
    addresses = {
        "approve": url_for(".approve_correction", correction_id=asked.id),
        "refuse": url_for(".refuse_correction", correction_id=asked.id),
        "print": url_for(".print_correction", correction_id=asked.id),
        "list": url_for(".corrections"),
        "evidence": url_for(".evidence", correction_id=asked.id) if asked.evidence_id is not None else "",
    }
    return _ask_page(asked, slip, form, title=_("Correction"), shown=shown, addresses=addresses)


@blueprint.get("/removals/<int:removal_id>")
@requires(READ)
def removal(removal_id: int) -> ResponseReturnValue:
    return _removal_page(queries.get_ask(Removal, removal_id), None)


@blueprint.post("/removals/<int:removal_id>/approve")
@requires(APPROVE)
def approve_removal(removal_id: int) -> ResponseReturnValue:
    return _decide_removal(removal_id, approve=True)


@blueprint.post("/removals/<int:removal_id>/refuse")
@requires(APPROVE)
def refuse_removal(removal_id: int) -> ResponseReturnValue:
    return _decide_removal(removal_id, approve=False)


def _decide_removal(removal_id: int, *, approve: bool) -> ResponseReturnValue:
    asked, form = queries.get_ask(Removal, removal_id), DecisionForm()
    if form.validate():
        asked.expect_version(form.version.data)
        decided = {"approve": approve, "decision": form.decision.data or ""}
        if attempt(form, service.decide_removal, asked, **decided):
            return redirect(url_for(".removal", removal_id=asked.id))
    return _removal_page(asked, form)


def _removal_page(asked: Removal, form: DecisionForm | None) -> ResponseReturnValue:
    slip = removal_slip(asked)
    shown = [
        (_("Document"), f"{slip['code']} {slip['document']}".strip()),
        (_("On page"), slip["range"]),
        (_("Receiver"), asked.receiver),
    ]
    addresses = {
        "approve": url_for(".approve_removal", removal_id=asked.id),
        "refuse": url_for(".refuse_removal", removal_id=asked.id),
        "print": url_for(".print_removal", removal_id=asked.id),
        "list": url_for(".removals"),
        "evidence": "",
    }
    return _ask_page(asked, slip, form, title=_("Removal"), shown=shown, addresses=addresses)


def _ask_page(
    asked: Correction | Removal, slip: dict[str, Any], form: BaseForm | None, **context: Any
) -> ResponseReturnValue:
    waits = asked.state is AskState.asked
    answered = form is not None
    form = form or DecisionForm(version=asked.version)
    page = render_template(
        "dossiers/ask.html",
        asked=asked,
        slip=slip,
        form=form,
        dossier=session().get_one(Dossier, asked.dossier_id),
        state=ASK_TITLES[asked.state],
        tone=ASK_TONES[asked.state],
        may_decide=waits and g.actor.may(APPROVE) and asked.asked_by_id != g.actor.user_id,
        own=waits and asked.asked_by_id == g.actor.user_id,
        **context,
    )
    return page, 422 if answered else 200
