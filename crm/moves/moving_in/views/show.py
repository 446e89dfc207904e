"""A move-in's own page: how its parts stand, what happened, its pack."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.permissions import requires
from crm.dates import business_day, business_day_of
from crm.moves.keys.queries import slips_about
from crm.moves.moving_in import queries
from crm.moves.moving_in.completeness import standings
from crm.moves.moving_in.documents import DOCUMENTS
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.figures import OVERDUE_DAYS
from crm.moves.moving_in.history import reason_in_words
from crm.moves.moving_in.models import WORKFLOW, MoveIn
from crm.moves.moving_in.service import STEPS
from crm.moves.moving_in.views.pages import READ, TITLES, blueprint, steps_of
from crm.repairs.orders.models import STATE_TITLES as REPAIR_TITLES
from crm.repairs.orders.models import STATE_TONES as REPAIR_TONES
from crm.tenants.queries import get_customer

REPAIRS = {"state": REPAIR_TITLES, "tone": REPAIR_TONES}


@blueprint.get("/<int:move_in_id>")
@requires(READ)
def show(move_in_id: int) -> ResponseReturnValue:
    move_in = queries.get_move_in(move_in_id)
    offered = [name for name in STEPS.offered(move_in) if name in ("sign", "cancel")]
    parts = standings(facts_of(move_in))
    return render_template(
        "moves/in/show.html",
        move_in=move_in,
        titles=TITLES,
        repairs=REPAIRS,
        customer=get_customer(move_in.customer_id),
        parts=steps_of(move_in, parts),
        done=sum(each.is_done for each in parts),
        days=_days(move_in),
        actions=[(name, WORKFLOW[name].title) for name in offered],
        documents=queries.documents_of(move_in.id),
        all_documents=DOCUMENTS,
        slips=slips_about(queries.KIND, move_in.id),
        defects=queries.defects_of(move_in.id),
        events=_told(STEPS.of(move_in.id)),
    )


def _days(move_in: MoveIn) -> dict[str, Any]:
    """How long it has been under way, and whether that is too long."""
    days = (business_day() - business_day_of(move_in.started_at)).days
    return {"count": days, "late": days >= OVERDUE_DAYS.on(business_day())}


def _told(steps: Any) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(at=step.taken_at, who=step.taken_by, title=_title(step), text=reason_in_words(step)) for step in steps
    ][::-1]


def _title(step: Any) -> str:
    return str(WORKFLOW[step.action].title if step.action in WORKFLOW else _("Move-in started"))
