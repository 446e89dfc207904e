"""A settlement with its lines, what was done with it, its paper and its pictures."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from crm.audit.queries import Happening
from crm.auth.permissions import requires
from crm.files import store
from crm.renovations.settlement import papers, queries
from crm.renovations.settlement.models import STATE_TITLES, STATE_TONES, WORKFLOW, RenovationSettlement
from crm.renovations.settlement.service import STEPS
from crm.renovations.settlement.views.pages import READ, blueprint
from crm.renovations.settlement.wording import next_in_words, step_title
from crm.web.download import attachment

TITLES = {"state": STATE_TITLES, "tone": STATE_TONES}
MAIN = "sign reply carry_out refund".split()


@blueprint.get("/<int:renovation_settlement_id>")
@requires(READ)
def show(renovation_settlement_id: int) -> ResponseReturnValue:
    settlement = queries.get_settlement(renovation_settlement_id)
    offered = STEPS.offered(settlement)
    return render_template(
        "renovations/settlement/show.html",
        settlement=settlement,
        titles=TITLES,
        actions=[(name, WORKFLOW[name].title) for name in offered],
        main=next((name for name in MAIN if name in offered), ""),
        next_step=next_in_words(settlement),
        before=_before(settlement),
        vouchers=papers.vouchers(settlement),
        events=_told(settlement),
    )


def _before(settlement: RenovationSettlement) -> Any:
    return queries.taken_before(settlement.deposit_id, settlement.deduction_id) if settlement.deposit_id else []


def _told(settlement: RenovationSettlement) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(
            at=step.taken_at,
            who=step.taken_by,
            title=step_title(step.action),
            text=" · ".join(filter(None, (step.reason, step.note))),
        )
        for step in STEPS.of(settlement.id)
    ][::-1]


@blueprint.get("/<int:renovation_settlement_id>/sheet.pdf")
@requires(READ)
def sheet(renovation_settlement_id: int) -> ResponseReturnValue:
    settlement = queries.get_settlement(renovation_settlement_id)
    content = papers.settlement_paper(settlement)
    return attachment(content, f"{settlement.number}.pdf", "application/pdf", inline=True)


@blueprint.get("/photos/<int:renovation_settlement_photo_id>")
@requires(READ)
def photo(renovation_settlement_photo_id: int) -> ResponseReturnValue:
    upload = queries.get_photo(renovation_settlement_photo_id)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)
