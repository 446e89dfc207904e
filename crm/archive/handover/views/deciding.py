"""More time: asked for by A or B, decided by somebody above them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.handover.forms import DecideForm, PostponeForm
from crm.archive.handover.models import ASK_TITLES, CLOCK_TITLES
from crm.archive.handover.queries.deadlines import get_postponement
from crm.archive.handover.service import postponing
from crm.archive.handover.views.pages import DECIDE, PREPARE, READ, back, blueprint, load, part_page
from crm.auth.permissions import requires
from crm.errors import DomainError
from crm.web.forms import attempt


@blueprint.route("/<int:handover_id>/postpone", methods=["GET", "POST"])
@requires(PREPARE)
def postpone(handover_id: int) -> ResponseReturnValue:
    standing = load(handover_id)
    if refusal := postponing.hindrance(standing):
        raise DomainError(refusal)
    form = PostponeForm()
    if form.validate_on_submit() and attempt(form, postponing.ask, standing, form.new_due.data, form.reason.data or ""):
        return back(standing, _("Asked for. Until it is decided the present due date holds."))
    return part_page(form, standing, _("Ask for more time"))


@blueprint.get("/postponements/<int:postponement_id>")
@requires(READ)
def postponement(postponement_id: int) -> ResponseReturnValue:
    asked = get_postponement(postponement_id)
    standing = load(asked.handover_id)
    return render_template(
        "handover/postponement.html",
        asked=asked,
        standing=standing,
        project=standing.handover.project,
        clock=CLOCK_TITLES[asked.clock],
        state=ASK_TITLES[asked.state],
        refusal=postponing.not_to_decide(standing, asked),
    )


@blueprint.route("/postponements/<int:postponement_id>/decide", methods=["GET", "POST"])
@requires(DECIDE)
def decide(postponement_id: int) -> ResponseReturnValue:
    asked = get_postponement(postponement_id)
    standing = load(asked.handover_id)
    if refusal := postponing.not_to_decide(standing, asked):
        raise DomainError(refusal)
    form = DecideForm()
    if not form.is_submitted():
        form.version.data = asked.version
    if form.validate_on_submit():
        asked.expect_version(form.version.data)
        if attempt(form, postponing.decide, standing, asked, form.outcome.data, form.words.data or ""):
            return back(standing, _("Decided."))
    return part_page(form, standing, _("Decide about more time"), "handover/decide.html", asked=asked)
