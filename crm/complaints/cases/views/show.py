"""The list of complaints, a complaint's own page, and a caller's number in full."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.calls.forms import NumberForm
from crm.complaints.cases import listings, queries, service
from crm.complaints.cases.figures import PROMISE_TITLES
from crm.complaints.cases.history import LEVEL_TITLES, reason_in_words
from crm.complaints.cases.models import (
    ABOUT_TITLES,
    CHANNEL_TITLES,
    ENDED,
    OUTCOME_TITLES,
    SEVERITY_REASONS,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Complaint,
    ComplaintStep,
)
from crm.complaints.cases.parts import case_parts
from crm.complaints.cases.present import caller_form, caller_lines
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.terms import clocks_of
from crm.complaints.cases.views.pages import READ, address, blueprint, step_address
from crm.complaints.cases.wording import left_in_words, step_title, tone_of, unreached_in_words
from crm.complaints.categories.models import CAUSES, CONTRACTORS, SEVERITY_TITLES, SEVERITY_TONES
from crm.correspondence.letters.models import STATE_TITLES as LETTER_TITLES
from crm.correspondence.letters.models import STATE_TONES as LETTER_TONES
from crm.dates import business_day, utc_now
from crm.lists import listing
from crm.properties.parts import sections_of
from crm.web.revealing import number_page
from crm.worktime.wording import clock_faces

TITLES = {
    "state": STATE_TITLES,
    "tone": STATE_TONES,
    "severity": SEVERITY_TITLES,
    "severity_tone": SEVERITY_TONES,
    "why": SEVERITY_REASONS,
    "about": ABOUT_TITLES,
    "channel": CHANNEL_TITLES,
    "outcome": OUTCOME_TITLES,
    "level": LEVEL_TITLES,
    "letter": LETTER_TITLES,
    "letter_tone": LETTER_TONES,
}
MAIN = "acknowledge classify investigate approve_plan act plan reply close file".split()  # the first stands out


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for("complaint_intake.new") if g.actor.may(Permission.complaint_log) else None
    return listing.answer(listings.complaints(utc_now(), business_day()), new_url=new, new_text=_("Take a complaint"))


@blueprint.get("/<int:complaint_id>")
@requires(READ)
def show(complaint_id: int) -> ResponseReturnValue:
    case, now = queries.get_case(complaint_id), utc_now()
    steps, offered = STEPS.of(case.id), STEPS.offered(case)
    actions = [(name, WORKFLOW[name].title, step_address(case, name)) for name in offered]
    return render_template(
        "complaints/show.html",
        case=case,
        titles=TITLES,
        clocks=clock_faces(clocks_of(case, steps), PROMISE_TITLES, now, lambda clock: clock.due(now)),
        left=left_in_words(case, now),
        tone=tone_of(case, now),
        actions=[each for each in actions if each[2]],
        main=_main(case, offered),
        waits=bool(case.plan) and case.wants_approval and "approve_plan" not in offered,
        may_call="content" in offered,
        may_note=g.actor.may(Permission.violation_log) and case.state not in ENDED,
        not_to_end=service.concerned(case) if case.state not in ENDED and _ends() else "",
        callers=caller_lines(case),
        caller_form=caller_form(case),
        contractor=CONTRACTORS.title_of(case.contractor) if case.contractor else "",
        cause=CAUSES.title_of(case.cause) if case.cause else "",
        callbacks=queries.callbacks_of(case.id),
        unreached=unreached_in_words(case, steps),
        sections=sections_of(case_parts, case),
        events=_told(steps),
    )


def _ends() -> bool:
    """Whether the acting person could close or call back if the complaint were about somebody else."""
    return any(g.actor.may(WORKFLOW[name].permission) for name in ("classify", "close"))


def _main(case: Complaint, offered: list[str]) -> str:
    """The next step; a plan that is written is not written again."""
    return next((name for name in MAIN if name in offered and not (name == "plan" and case.plan)), "")


def _told(steps: Any) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(at=step.taken_at, who=step.taken_by, title=step_title(step.action), text=_words(step))
        for step in steps
    ][::-1]


def _words(step: ComplaintStep) -> str:
    return " · ".join(filter(None, (reason_in_words(step.action, step.reason), step.note)))


@blueprint.route("/callers/<int:complaint_caller_id>/number", methods=["GET", "POST"])
@requires(Permission.customer_reveal)
@confirmed
def number(complaint_caller_id: int) -> ResponseReturnValue:
    """A caller's number, once, for a reason that is logged. GET only asks for the reason."""
    caller, form = queries.get_caller(complaint_caller_id), NumberForm()
    digits = service.show_number(caller, form.text) if form.validate_on_submit() else ""
    case = caller.complaint
    return number_page(form, digits, [(_("Complaints"), url_for(".index")), (case.number, address(case))])
