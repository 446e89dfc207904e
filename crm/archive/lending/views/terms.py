"""More days: asked for by the borrower, decided by somebody above."""

from __future__ import annotations

from datetime import timedelta

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.lending import queries, service
from crm.archive.lending.figures import LENT_FOR
from crm.archive.lending.forms import DecideForm, ExtendForm
from crm.archive.lending.models import SlipKind
from crm.archive.lending.service import extending
from crm.archive.lending.views.pages import ASK, DECIDE, back, blueprint, load, part_page
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.web.forms import attempt, hindered, opened_on, stand_on


@blueprint.route("/<int:lending_slip_id>/extend", methods=["GET", "POST"])
@requires(ASK)
def extend(lending_slip_id: int) -> ResponseReturnValue:
    slip, form = load(lending_slip_id), ExtendForm()
    if not form.is_submitted():
        form.new_due.data = max(slip.due_on, business_day()) + timedelta(days=LENT_FOR.on(business_day()))
    ready = not hindered(form, extending.hindrance(slip)) and form.validate_on_submit()
    if ready and attempt(form, service.ask_extension, slip, form.new_due.data, form.reason.data or ""):
        direct = slip.kind is SlipKind.direct
        return back(slip, _("Noted.") if direct else _("Asked for. Until it is decided the present due date holds."))
    return part_page(form, slip, _("Ask for more days"))


@blueprint.route("/extensions/<int:slip_extension_id>", methods=["GET", "POST"])
@requires(DECIDE)
def extension(slip_extension_id: int) -> ResponseReturnValue:
    asked, slip = queries.get_extension(slip_extension_id)
    form = DecideForm()
    stand_on(form, asked)
    refusal = extending.not_to_decide(asked, slip)
    if form.is_submitted() and not hindered(form, refusal) and form.validate() and opened_on(form, asked):
        approve = form.outcome.data == "approve"
        if attempt(form, lambda: service.decide_extension(asked, slip, approve=approve, words=form.words.data or "")):
            return back(slip, _("Decided."))
    return part_page(form, slip, _("More days on a slip"), "lending/extension.html", asked=asked, refusal=refusal)
