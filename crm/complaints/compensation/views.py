"""The list of compensations, one's own page, its paper, and a page for each step."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.complaints.cases.models import (
    ADDRESS,
    COMPENSATING,
    COMPENSATION_KINDS,
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
)
from crm.complaints.cases.queries import get_case
from crm.complaints.compensation import listings, papers, queries, service
from crm.complaints.compensation.forms import ApproveForm, AskForm, GiveForm, WhyForm
from crm.complaints.compensation.present import TITLES, steps_of
from crm.complaints.compensation.service import Wish
from crm.dates import business_day
from crm.errors import NotEntitled
from crm.lists import listing
from crm.money import in_capitals
from crm.tenants.history import happenings
from crm.web.download import attachment
from crm.web.forms import BaseForm, attempt, form_page, hindered, is_current

blueprint = Blueprint("compensations", __name__, url_prefix="/complaints")
READ, HANDLE = Permission.complaint_read, Permission.complaint_handle
DECIDE = Permission.complaint_decide


@blueprint.get("/compensations/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.compensations())


@blueprint.route("/<int:complaint_id>/compensations/new", methods=["GET", "POST"])
@requires(HANDLE)
def new(complaint_id: int) -> ResponseReturnValue:
    case, form = get_case(complaint_id), AskForm(key=token_hex(16))
    form.offer(queries.receivers(case.id))
    standing = service.find_asked(form.key.data) if form.is_submitted() else None
    possible = bool(standing) or not hindered(form, service.askable(case))
    if possible and form.validate_on_submit() and (made := attempt(form, _ask, case, form)):
        waits = made.state is CompensationState.asked
        flash(_("Asked for: somebody else decides.") if waits else _("Promised: give it, and note when."))
        return redirect(url_for(".show", compensation_id=made.id))
    back = ADDRESS.format(case.id)
    return form_page(form, _("Ask for a compensation"), back, intro=f"{case.number} · {case.words[:60]}")


def _ask(case: Complaint, form: AskForm) -> Compensation:
    assert form.amount.data is not None  # noqa: S101 - validated
    wish = Wish(
        kind=CompensationKind(form.kind.data),
        amount=form.amount.data,
        reason=form.reason.data or "",
        customer_id=form.customer_id.data,
        key=form.key.data or None,
    )
    return service.ask(case, wish)


@blueprint.get("/compensations/<int:compensation_id>")
@requires(READ)
def show(compensation_id: int) -> ResponseReturnValue:
    found = queries.get_compensation(compensation_id)
    return render_template(
        "complaints/compensation/show.html",
        compensation=found,
        case=found.complaint,
        titles=TITLES,
        capitals=in_capitals(found.amount),
        steps=steps_of(found),
        reason=_why_not(found),
        events=happenings("compensation", found.id),
    )


def _why_not(found: Compensation) -> str:
    """To whoever might decide, were it not about them or of their own asking."""
    waits = actor().may(DECIDE) and not COMPENSATING.hindrance(found, "approve")
    return service.not_entitled(found, "approve") if waits else ""


@blueprint.get("/compensations/<int:compensation_id>/form.pdf")
@requires(READ)
def paper(compensation_id: int) -> ResponseReturnValue:
    """补偿审批单."""
    found = queries.get_compensation(compensation_id)
    name = f"{found.complaint.number} {_('Compensation')}.pdf"
    return attachment(papers.pressed(found), name, "application/pdf", inline=True)


@blueprint.route("/compensations/<int:compensation_id>/approve", methods=["GET", "POST"])
@requires(DECIDE)
def approve(compensation_id: int) -> ResponseReturnValue:
    return _step(
        compensation_id, "approve", ApproveForm(), lambda found, form: service.approve(found, form.words.data or "")
    )


@blueprint.route("/compensations/<int:compensation_id>/refuse", methods=["GET", "POST"])
@requires(DECIDE)
def refuse(compensation_id: int) -> ResponseReturnValue:
    return _step(compensation_id, "refuse", WhyForm(), lambda found, form: service.refuse(found, form.words.data))


@blueprint.route("/compensations/<int:compensation_id>/take-back", methods=["GET", "POST"])
@requires(HANDLE)
def take_back(compensation_id: int) -> ResponseReturnValue:
    return _step(compensation_id, "take_back", WhyForm(), lambda found, form: service.take_back(found, form.words.data))


@blueprint.route("/compensations/<int:compensation_id>/give", methods=["GET", "POST"])
@requires(HANDLE)
def give(compensation_id: int) -> ResponseReturnValue:
    form = GiveForm(given_on=business_day())
    return _step(
        compensation_id, "give", form, lambda found, form: service.give(found, form.given_on.data, form.reference.data)
    )


def _step(compensation_id: int, name: str, form: BaseForm, act: Callable[[Any, Any], None]) -> ResponseReturnValue:
    found, title = queries.get_compensation(compensation_id), str(COMPENSATING[name].title)
    if not form.is_submitted():
        form["version"].data = found.version
    if reason := service.not_entitled(found, name):
        raise NotEntitled(reason)
    there = url_for(".show", compensation_id=found.id)
    if not hindered(form, COMPENSATING.hindrance(found, name)) and form.validate_on_submit():
        log = timeline("compensation", found.id)
        if is_current(form, found, log, fields=("",)) and attempt(form, act, found, form):
            flash(_("%(number)s: %(step)s.", number=found.complaint.number, step=title))
            return redirect(there)
    kind, number = COMPENSATION_KINDS[found.kind], found.complaint.number
    intro = _("%(number)s · %(kind)s, %(sum)s yuan", number=number, kind=kind, sum=found.amount)
    return form_page(form, title, there, intro=intro)
