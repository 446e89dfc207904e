"""The list of slips, the ledger of a day, a slip's own page, a document's lendings, reading a copy."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.forms import DayForm
from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending import ledger as books
from crm.archive.lending import listings, queries, reports
from crm.archive.lending.figures import LENT_FOR
from crm.archive.lending.forms import WishForm
from crm.archive.lending.history import timeline_of
from crm.archive.lending.models import (
    EXTENSION_TITLES,
    LENDING_INCIDENT_TITLES,
    SLIP_FORM_TITLES,
    SLIP_KIND_TITLES,
    SLIP_TONES,
    WORKFLOW,
    ExtensionState,
    LendingSlip,
    SlipForm,
)
from crm.archive.lending.service import STEPS, extending, incidents, make, put_on, reading
from crm.archive.lending.service.steps import may_borrow_directly
from crm.archive.lending.views.pages import ASK, KEEP, READ, address, blueprint, load
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.web.application import writing
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, id_in

TITLES = {
    "tone": SLIP_TONES,
    "kind": SLIP_KIND_TITLES,
    "form": SLIP_FORM_TITLES,
    "extension": EXTENSION_TITLES,
    "incident": LENDING_INCIDENT_TITLES,
}
BACK = frozenset({"part_back", "all_back", "found_back"})  # one page: it is counted what came
ON_A_PAGE = BACK | {"check_part"}  # the page of checking tells it from `verify`
MAIN = ("submit", "hand_in", "approve", "issue", "verify", "reshelve", "take_back")


@blueprint.get("/")
@requires(ASK)
def index() -> ResponseReturnValue:
    return listing.answer(
        listings.slips(business_day()), new_url=url_for("lending.new"), new_text=_("Borrow from the archive")
    )


@blueprint.get("/ledger")
@requires(READ)
def ledger() -> ResponseReturnValue:
    """借阅台账 of a day, today unless the address names another."""
    form, day = _day_asked()
    return listing.answer(listings.ledger(day), "lending/ledger.html", form=form)


def _day_asked() -> tuple[DayForm, date]:
    form = DayForm(request.args)
    day = (form.day.data if form.validate() else None) or business_day()
    if not form.day.raw_data or not form.day.raw_data[0]:
        form.day.data = day
    return form, day


@blueprint.route("/new", methods=["GET", "POST"])
@requires(ASK)
def new() -> ResponseReturnValue:
    """`item` in the address is a document to be put on the slip at once."""
    form = WishForm()
    if not form.is_submitted():
        form["form"].data = SlipForm.paper.value
        form.due_on.data = business_day() + timedelta(days=LENT_FOR.on(business_day()))
        form.key.data = secrets.token_hex(12)
    if (known := queries.find_by_key(form.key.data)) is not None and form.is_submitted():
        return redirect(address(known))
    if form.validate_on_submit() and (made := attempt(form, _make, form)):
        return redirect(address(made) if request.args.get("item") else url_for("lending.add", lending_slip_id=made.id))
    intro = _("You borrow by your rank, without approval.") if may_borrow_directly() else ""
    return form_page(form, _("Borrow from the archive"), url_for("lending.index"), intro=intro, button=_("Go on"))


def _make(form: WishForm) -> LendingSlip:
    """With the document that was asked for where the form was opened, as far as it can be lent."""
    made, wanted = make(form.wish, form.key.data or None), id_in(request.args.get("item", ""))
    put_on(made, queries.items_named([wanted] if wanted is not None else []))
    return made


@blueprint.get("/<int:lending_slip_id>")
@requires(ASK)
def show(lending_slip_id: int) -> ResponseReturnValue:
    slip = load(lending_slip_id)
    rows = reports.rows(slip)
    offered = _offered(slip, rows)
    today = business_day()
    return render_template(
        "lending/show.html",
        slip=slip,
        titles=TITLES,
        stands=listings.stands(slip),
        purpose=PURPOSES.title_of(slip.purpose),
        left=listings.left(slip, today) if slip.form is SlipForm.paper else "",
        left_tone=listings.left_tone(slip, today),
        dossiers=reports.by_dossier(rows),
        actions=offered,
        main=next((name for name in MAIN if name in dict(offered)), ""),
        may_change="change" in dict(offered),
        may_keep=g.actor.may(KEEP),
        may_read=not reading.hindrance(slip),
        **_hanging(slip),
        events=timeline_of(slip.id),
    )


def _offered(slip: LendingSlip, rows: Sequence[reports.Row]) -> list[tuple[str, Any]]:
    """Taking back is one page, whatever comes of the count, for as long as something is not back."""
    names = STEPS.offered(slip)
    found = [(name, WORKFLOW[name].title) for name in names if name not in ON_A_PAGE]
    if not BACK.isdisjoint(names) and any(row.missing for row in rows):
        found.append(("take_back", _("Take the papers back")))
    if g.actor.may(KEEP) and not incidents.hindrance(slip):
        found.append(("report", _("Report missing or damaged pages")))
    if not extending.hindrance(slip):
        found.append(("extend", _("Ask for more days")))
    return found


def _hanging(slip: LendingSlip) -> dict[str, Any]:
    extensions = queries.extensions_of(slip.id)
    asked = next((each for each in extensions if each.state is ExtensionState.asked), None)
    return {
        "extensions": extensions,
        "to_decide": asked if asked and not extending.not_to_decide(asked, slip) else None,
        "incidents": queries.incidents_of(slip.id),
    }


@blueprint.get("/items/<int:item_id>")
@requires(READ)
def item(item_id: int) -> ResponseReturnValue:
    """Every time a document was lent, and who answered for it on a day."""
    found, (form, day) = books.get_lent_item(item_id), _day_asked()
    return render_template(
        "lending/item.html",
        item=found,
        form=form,
        day=day,
        answer=reports.answered(found, day),
        lendings=reports.lendings(found),
    )


@blueprint.get("/<int:lending_slip_id>/lines/<int:slip_line_id>/<int:rendition_id>.pdf")
@requires(ASK)
def read(lending_slip_id: int, slip_line_id: int, rendition_id: int) -> ResponseReturnValue:
    """The copy on the screen; that it was opened is noted before it is given."""
    slip = load(lending_slip_id)
    line = queries.get_line(slip, slip_line_id)
    content = reading.read(slip, line, rendition_id)
    if request.method != "HEAD":
        with writing():
            reading.note(slip, line, rendition_id)
    return attachment(content, f"{slip.number}-{line.item.code}.pdf", "application/pdf", inline=True)
