"""The list of move-outs and sales, the page of one, its sheets and its proof."""

from __future__ import annotations

from typing import Any

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import Happening
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.files import store
from crm.lists import listing
from crm.moves.leaving import listings, papers, queries
from crm.moves.leaving.history import title_of
from crm.moves.leaving.models import (
    KIND_TITLES,
    SIDE_TITLES,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Leaving,
    LeavingState,
    Side,
)
from crm.moves.leaving.service import STEPS
from crm.moves.leaving.sheet import content_of
from crm.moves.leaving.standing import left_by, stages, unfinished
from crm.moves.leaving.views.pages import HANDLE, READ, blueprint
from crm.moves.leaving.warning import warned_of
from crm.tenants.models import ROLE_TITLES
from crm.web.download import attachment

TITLES = {
    "kind": KIND_TITLES,
    "state": STATE_TITLES,
    "tone": STATE_TONES,
    "side": SIDE_TITLES,
    "role": ROLE_TITLES,
}
PDF = "application/pdf"


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new") if g.actor.may(HANDLE) else None
    return listing.answer(listings.leavings(business_day()), new_url=new, new_text=_("Move-out or sale"))


@blueprint.get("/<int:leaving_id>")
@requires(READ)
def show(leaving_id: int) -> ResponseReturnValue:
    leaving = queries.get_leaving(leaving_id)
    started = leaving.state is LeavingState.started
    made = stages(leaving) if started else []
    offered = [name for name in STEPS.offered(leaving) if name not in {stage.name for stage in made}]
    sees_money = g.actor.may(Permission.billing_read)
    return render_template(
        "moves/leaving/show.html",
        leaving=leaving,
        titles=TITLES,
        stages=made,
        missing=unfinished(leaving) if started else "",
        actions=[(name, WORKFLOW[name].title) for name in offered],
        main=next((name for name in ("sign", "close", "settle") if name in offered), ""),
        may_handle=g.actor.may(HANDLE),
        sheet=queries.sheet_of(leaving.id),
        warned=warned_of(leaving.unit) if started else [],
        left=left_by(leaving) if sees_money and leaving.state is LeavingState.closed else [],
        events=_told(leaving),
    )


def _told(leaving: Leaving) -> list[Happening]:
    """The steps in words, the newest first."""
    return [
        Happening(
            at=step.taken_at,
            who=step.taken_by,
            title=str(title_of(step.action)),
            text=" · ".join(filter(None, (step.reason, step.note))),
        )
        for step in STEPS.of(leaving.id)
    ][::-1]


@blueprint.get("/<int:leaving_id>/sheet.pdf")
@requires(HANDLE)
def sheet(leaving_id: int) -> ResponseReturnValue:
    """Unsigned, as things stand now: to be looked at together, or signed on paper."""
    return _draft(leaving_id, papers.sheet_paper, "")


@blueprint.get("/<int:leaving_id>/buyers-sheet.pdf")
@requires(HANDLE)
def buyers_sheet(leaving_id: int) -> ResponseReturnValue:
    return _draft(leaving_id, papers.buyers_paper, "-2")


def _draft(leaving_id: int, press: Any, suffix: str) -> ResponseReturnValue:
    leaving = queries.get_leaving(leaving_id)
    if suffix and not leaving.is_sale:
        abort(404)
    content = content_of(leaving) | {"clerk": g.actor.name, "signed_at": "", "scanned": False}
    return attachment(press(leaving, content), f"{leaving.number}{suffix}.pdf", PDF, inline=True)


@blueprint.get("/<int:leaving_id>/signed.pdf")
@requires(READ)
def signed(leaving_id: int) -> ResponseReturnValue:
    """The bytes that were signed; who sees no accounts sees the buyer's."""
    may_see = g.actor.may(Permission.billing_read)
    return _signed(leaving_id, Side.leaves) if may_see else abort(403)


@blueprint.get("/<int:leaving_id>/buyers-signed.pdf")
@requires(READ)
def buyers_signed(leaving_id: int) -> ResponseReturnValue:
    return _signed(leaving_id, Side.buys)


def _signed(leaving_id: int, side: Side) -> ResponseReturnValue:
    leaving = queries.get_leaving(leaving_id)
    made = queries.sheet_of(leaving.id)
    if made is None or (side is Side.buys and made.buyers_paper_id is None):
        abort(404)
    return attachment(papers.signed_bytes(made, side), f"{leaving.number}.pdf", PDF, inline=True)


@blueprint.get("/<int:leaving_id>/proof")
@requires(READ)
def proof(leaving_id: int) -> ResponseReturnValue:
    upload = queries.get_leaving(leaving_id).proof or abort(404)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)
