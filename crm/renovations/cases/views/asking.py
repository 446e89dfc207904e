"""Alterations asked for, and what somebody else decides about them and about more time."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.errors import NotEntitled
from crm.renovations.cases import queries, service
from crm.renovations.cases.forms import AlterationForm, VerdictForm, files_of
from crm.renovations.cases.models import Decision, Renovation
from crm.renovations.cases.service.altering import hindrance
from crm.renovations.cases.views.pages import DECIDE, LOG, address, blueprint
from crm.web.forms import attempt, form_page, hindered, opened_on, stand_on


@blueprint.route("/<int:renovation_id>/alterations/new", methods=["GET", "POST"])
@requires(LOG)
def alter(renovation_id: int) -> ResponseReturnValue:
    renovation = queries.get_renovation(renovation_id)
    if reason := hindrance(renovation):
        raise NotEntitled(reason)
    form = AlterationForm(key=token_hex(12))
    if form.validate_on_submit() and attempt(form, _alter, renovation, form):
        flash(_("It is asked for: somebody else decides."))
        return redirect(address(renovation, "alterations"), 303)
    return form_page(form, _("Ask for an alteration"), address(renovation, "alterations"), intro=_about(renovation))


def _alter(renovation: Renovation, form: AlterationForm) -> Any:
    wish = service.Alteration(what=form.what.data or "", place=form.place.data or "", bears=form.bears.data)
    return service.ask_alteration(renovation, wish, files_of(form.files), form.key.data or None)


@blueprint.route("/alterations/<int:renovation_alteration_id>/decide", methods=["GET", "POST"])
@requires(DECIDE)
def decide_alteration(renovation_alteration_id: int) -> ResponseReturnValue:
    asked = queries.get_alteration(renovation_alteration_id)
    intro = " · ".join((_about(asked.renovation), asked.place, asked.what))
    return _decide(asked, service.decide_alteration, _("Decide about the alteration"), intro, "alterations")


@blueprint.route("/extensions/<int:renovation_extension_id>/decide", methods=["GET", "POST"])
@requires(DECIDE)
def decide_extension(renovation_extension_id: int) -> ResponseReturnValue:
    asked = queries.get_extension(renovation_extension_id)
    late = _("asked for late") if asked.late else ""
    until = _("until %(day)s", day=asked.until.isoformat())
    intro = " · ".join(filter(None, (_about(asked.renovation), until, asked.reason, late)))
    return _decide(asked, service.decide_extension, _("Decide about more time"), intro, "extensions")


def _decide(asked: Any, act: Callable[[Any, Any], Any], title: str, intro: str, anchor: str) -> ResponseReturnValue:
    form, back = VerdictForm(), address(asked.renovation, anchor)
    stand_on(form, asked)
    may = not hindered(form, service.decision_hindrance(asked))
    if may and form.validate_on_submit() and opened_on(form, asked) and attempt(form, act, asked, _verdict(form)):
        flash(_("Decided."))
        return redirect(back, 303)
    return form_page(form, title, back, intro=intro, button=_("Decide"))


def _verdict(form: VerdictForm) -> service.Verdict:
    return service.Verdict(approved=form.decision.data == Decision.approved.value, words=form.words.data or "")


def _about(renovation: Renovation) -> str:
    return f"{renovation.number} {renovation.unit.label}"
