"""The register of promises, how many were kept, and a promise with what was paid for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor
from crm.auth.permissions import requires
from crm.billing.arrears.contacts.models import CONTACT_CHANNELS
from crm.billing.arrears.promises import history, listings, queries, service
from crm.billing.arrears.promises.forms import ReasonForm
from crm.billing.arrears.promises.models import PROMISE_TITLES
from crm.billing.arrears.promises.views.pages import CONTACT, READ, promises, shown_file
from crm.dates import business_day
from crm.lists import listing
from crm.money import in_capitals
from crm.web.forms import attempt, form_page, hindered
from crm.web.templating import money

LIST = "billing/arrears/promises/list.html"
RATE_TABS = {"month": _l("Kept by month"), "estate": _l("Kept by estate"), "collector": _l("Kept by collector")}


def _tabs(here: str) -> list[Any]:
    rates = [(title, url_for("promises.kept", by=by), by == here) for by, title in RATE_TABS.items()]
    return [(_("Register"), url_for("promises.index"), here == "register"), *rates]


@promises.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.promises(business_day()), LIST, tabs=_tabs("register"), definition="", rate=None)


@promises.get("/kept")
@requires(READ)
def kept() -> ResponseReturnValue:
    """Numerator and denominator; `by` in the address: month of the due day, estate or collector."""
    by = request.args.get("by", "month")
    if by not in listings.RATES:
        abort(404)
    definition = _(
        "Of the promises whose day is past: those of which the whole sum was paid on one of their days, from the day"
        " they were made to the day they fell due. Withdrawn ones are left out, payments taken back do not count."
    )
    day = business_day()
    return listing.answer(listings.kept_rates(by, day), LIST, tabs=_tabs(by), definition=definition, rate=_rate(day))


def _rate(day: date) -> dict[str, Any]:
    kept_, due = queries.kept_in_all(day)
    return {"kept": kept_, "due": due, "words": listings.in_per_cent(kept_, due)}


@promises.get("/<int:promise_id>")
@requires(READ)
def show(promise_id: int) -> ResponseReturnValue:
    found, day = queries.get_promise(promise_id), business_day()
    paid, state = queries.state_of(found.id, day)
    return render_template(
        "billing/arrears/promises/show.html",
        promise=found,
        state=PROMISE_TITLES[state],
        tone=listings.PROMISE_TONES[state],
        paid=paid,
        left=max(found.amount - paid, 0),
        capitals=in_capitals(found.amount),
        channel=CONTACT_CHANNELS[found.channel],
        payments=queries.payments_for(found, day),
        may_withdraw=actor().may(CONTACT) and not service.withdrawal_hindrance(found),
        events=history.happenings("promise", found.id),
    )


@promises.route("/<int:promise_id>/withdraw", methods=["GET", "POST"])
@requires(CONTACT)
def withdraw(promise_id: int) -> ResponseReturnValue:
    found, form = queries.get_promise(promise_id), ReasonForm()
    wrong = hindered(form, service.withdrawal_hindrance(found))
    if not wrong and form.validate_on_submit() and attempt(form, service.withdraw, found, form.reason.data):
        flash(_("Withdrawn: it counts no more."))
        return redirect(url_for(".show", promise_id=found.id), 303)
    told = {"name": found.customer.name, "sum": money(found.amount), "day": found.due_on.isoformat()}
    intro = _("%(name)s: %(sum)s yuan by %(day)s", **told)
    back = url_for(".show", promise_id=found.id)
    return form_page(form, _("Withdraw the promise"), back, intro=intro, button=_("Withdraw"))


@promises.get("/<int:promise_id>/proof")
@requires(READ)
def proof(promise_id: int) -> ResponseReturnValue:
    found = queries.get_promise(promise_id)
    return shown_file(found.upload_id) if found.upload_id else abort(404)
