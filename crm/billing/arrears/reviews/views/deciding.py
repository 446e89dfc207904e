"""One account decided: the advice taken, or something else; and back to the row one came from."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.billing.arrears.reviews import advice, decisions, queries
from crm.billing.arrears.reviews.decisions import Choice
from crm.billing.arrears.reviews.forms import DecideForm
from crm.billing.arrears.reviews.models import ADVICE_TITLES, ArrearsLine, Decision
from crm.billing.arrears.reviews.service import steps_in_use
from crm.billing.arrears.reviews.views.pages import REVIEW, back_to, blueprint, of_rows, told
from crm.billing.arrears.reviews.worklist import decision_in_words, parts, work_lines
from crm.dates import business_day
from crm.db import session
from crm.web.forms import attempt, choices, form_page, hindered, is_current
from crm.web.parts import asked_by_htmx

GOES_ON = {Decision.write_off: "cases.write_off", Decision.lawyer: "cases.new"}


@blueprint.post("/lines/<int:arrears_line_id>/accept")
@requires(REVIEW)
def accept(arrears_line_id: int) -> ResponseReturnValue:
    """With htmx the row as it is now, and the new count; without, the page one came from, at the row that follows."""
    line = queries.get_line(arrears_line_id)
    decisions.accept(line)
    if not asked_by_htmx():
        return redirect(back_to(line.review, line), 303)
    today = business_day()
    rows = session().execute(queries.lines(line.review, today).where(ArrearsLine.id == line.id)).all()
    return render_template(
        "billing/arrears/reviews/_decided.html",
        line=work_lines(rows, line.review, today)[0],
        review=line.review,
        undecided=queries.undecided_count(line.review),
        back=back_to(line.review, line),
        **of_rows(line.review),
    )


@blueprint.route("/lines/<int:arrears_line_id>/decide", methods=["GET", "POST"])
@requires(REVIEW)
def decide(arrears_line_id: int) -> ResponseReturnValue:
    """What leads to a form of its own goes on there."""
    line = queries.get_line(arrears_line_id)
    form = _form(line)
    free = not hindered(form, decisions.freeze(line.review))
    history = timeline("arrears_line", line.id)
    if form.validate_on_submit() and free and is_current(form, line, history) and attempt(form, _decide, line, form):
        flash(_("Decided: %(name)s.", name=line.customer.name))
        return redirect(_onward(line), 303)
    title, page = _("Decide: %(name)s", name=line.customer.name), "billing/arrears/reviews/decide.html"
    back = back_to(line.review, line)
    return form_page(
        form, title, back, page, line=line, intro=told(line.review), button=_("Enter the decision"), **_stands(line)
    )


def _form(line: ArrearsLine) -> Any:
    stored = {"kind": line.decision, "step_id": line.decided_step_id, "until": line.hold_until, "remark": line.remark}
    if line.decision is None:
        stored |= {"kind": line.advice.value, "step_id": line.step_id, "until": line.advised_until}
    form: Any = DecideForm(back=request.values.get("back", ""), **stored)
    steps = {step.id: step.name for step in steps_in_use(line.estate_id)}
    form.step_id.choices = choices(steps, empty=_("None"))
    if not form.is_submitted():
        form.version.data = line.version
    return form


def _decide(line: ArrearsLine, form: Any) -> None:
    choice = Choice(
        kind=Decision(form.kind.data),
        step_id=form.step_id.data,
        until=form.until.data,
        remark=form.remark.data or "",
    )
    decisions.decide(line, choice)


def _onward(line: ArrearsLine) -> str:
    endpoint = GOES_ON.get(line.decision) if line.decision else None
    return url_for(endpoint, customer_id=line.customer_id) if endpoint else back_to(line.review, line)


def _stands(line: ArrearsLine) -> dict[str, Any]:
    [row] = session().execute(queries.lines(line.review, business_day()).where(ArrearsLine.id == line.id)).all()
    return {
        "parts": list(parts(row)),
        "row": row,
        "advised": row.step or ADVICE_TITLES[row.advice],
        "why": advice.in_words(row, line.review.day),
        "decided": decision_in_words(row),
    }
