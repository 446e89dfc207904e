"""The register of letters, who is unreached, and one letter with all that became of it."""

from __future__ import annotations

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.billing.arrears.dunning.models import Demand, DemandDelivery
from crm.billing.arrears.letters import history, listings, papers, queries, service
from crm.billing.arrears.letters.forms import PrintForm
from crm.billing.arrears.letters.listings import STANDS, TONES
from crm.billing.arrears.letters.views.pages import CONTACT, READ, blueprint, tabs
from crm.correspondence.serving.forms import WAYS
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, SERVED
from crm.dates import business_day
from crm.lists import listing
from crm.outbox.models import STATE_TITLES
from crm.outbox.service import masked
from crm.web.download import attachment
from crm.web.forms import attempt

PAGE = "billing/arrears/letters/list.html"


@blueprint.route("/", methods=["GET", "POST"])
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.letters(), PAGE, tabs=tabs("index"), tally=queries.tally())


@blueprint.route("/unreached", methods=["GET", "POST"])
@requires(READ)
def unreached() -> ResponseReturnValue:
    return listing.answer(listings.unreached(), PAGE, tabs=tabs("unreached"), tally=queries.tally())


@blueprint.get("/<int:demand_id>")
@requires(READ)
def show(demand_id: int) -> ResponseReturnValue:
    return _page(queries.get_demand(demand_id), PrintForm(None))


def _page(found: Demand, form: PrintForm) -> ResponseReturnValue:
    mail = queries.find_mail(found.id)
    page = render_template(
        "billing/arrears/letters/show.html",
        demand=found,
        form=form,
        prints=queries.prints_of(found.id),
        mail=(mail, STATE_TITLES[mail.state], masked(mail.recipient)) if mail else None,
        may_act=g.actor.may(CONTACT),
        hindrance=service.serving_hindrance(found),
        ways=[(way.value, CHANNEL_TITLES[way]) for way in WAYS],
        events=history.happenings(found.id),
        **_deliveries(found),
        **papers.shown(found.content),
    )
    return page, 422 if form.form_errors else 200


def _deliveries(found: Demand) -> dict[str, Any]:
    rows = queries.ENTRIES.of(found.id)
    undone = {row.reverses_id for row in rows}
    served = any(_serves(row) and row.id not in undone for row in rows)
    stands = "void" if found.voided else "served" if served else "unreached"
    return {
        "deliveries": [(CHANNEL_TITLES[row.channel], ARRIVAL_TITLES[row.arrival], row) for row in rows],
        "undone": undone,
        "stands": STANDS[stands],
        "tone": TONES[stands],
    }


def _serves(row: DemandDelivery) -> bool:
    return row.reverses_id is None and row.arrival in SERVED


@blueprint.post("/<int:demand_id>/print")
@requires(CONTACT)
def print_one(demand_id: int) -> ResponseReturnValue:
    """The first print needs no reason, each later one does and says so."""
    found, form = queries.get_demand(demand_id), PrintForm()
    before, reason = queries.prints_of(found.id), form.reason.data or ""
    if form.validate() and attempt(form, service.note_print, found, reason):
        again = papers.Again(by=g.actor.name, on=business_day(), reason=reason) if before else None
        name = f"{found.content['subject']} {found.number.text}.pdf"
        return attachment(papers.paper(found, again), name, "application/pdf", inline=True)
    return _page(found, form)
