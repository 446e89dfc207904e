"""A pass with what became of it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.actor import actor
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.renovations.passes import queries
from crm.renovations.passes.models import WORKFLOW, PassState, RenovationPass, RenovationPassStep
from crm.renovations.passes.service import STEPS
from crm.renovations.passes.standing import STANDING_TITLES, STANDING_TONES, standing
from crm.renovations.passes.views.pages import LOG, READ, blueprint


@blueprint.get("/<int:renovation_pass_id>")
@requires(READ)
def show(renovation_pass_id: int) -> ResponseReturnValue:
    found = queries.get_pass(renovation_pass_id)
    stands = standing(found.state, found.renovation.state, found.valid_from, found.valid_to, business_day())
    return render_template(
        "renovations/pass.html",
        card=found,
        standing=STANDING_TITLES[stands],
        tone=STANDING_TONES[stands],
        may_print=actor().may(LOG) and found.state is PassState.issued,
        actions=[(name, WORKFLOW[name].title) for name in STEPS.offered(found)],
        events=_told(found),
    )


def _told(found: RenovationPass) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(at=step.taken_at, who=step.taken_by, title=_title(step), text=_words(step))
        for step in queries.steps_of(found.id)[::-1]
    ]


def _title(step: RenovationPassStep) -> str:
    return str(WORKFLOW[step.action].title) if step.action in WORKFLOW else _("Made out")


def _words(step: RenovationPassStep) -> str:
    return " · ".join(filter(None, (step.reason, step.note)))
