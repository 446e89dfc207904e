"""Pages of what a job costs; each leads back to the job's own."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.errors import DomainError
from crm.files import store
from crm.repairs.costs import entering, papers, queries, service
from crm.repairs.costs.forms import (
    ConsentForm,
    DeclineForm,
    LabourLineForm,
    OtherLineForm,
    QuoteForm,
    StockLineForm,
    label_of,
)
from crm.repairs.orders.costs import costs_of
from crm.repairs.orders.models import AgreedBy, RepairOrder
from crm.repairs.orders.queries import get_order, quotes_of
from crm.repairs.orders.service import hindrance, is_repeat
from crm.repairs.orders.service.steps import hold
from crm.repairs.orders.views.pages import back_to, from_phone
from crm.repairs.stock.queries import active_items
from crm.web.download import attachment
from crm.web.forms import BaseForm, attempt, form_page, hindered

blueprint = Blueprint("costs", __name__, url_prefix="/repairs")
READ, WORK, AGREE = Permission.repair_read, Permission.repair_work, Permission.repair_agree
LINE_FORMS: dict[str, type[BaseForm]] = {"stock": StockLineForm, "other": OtherLineForm, "labour": LabourLineForm}
OPEN_ROWS = 3  # of a quote that stand open


@blueprint.get("/<int:repair_id>/lines")
@requires(READ)
def lines(repair_id: int) -> ResponseReturnValue:
    return _lines_page(get_order(repair_id), _line_forms())


def _line_forms() -> dict[str, Any]:
    """One for each kind; their fields have names of their own on the one page."""
    forms: dict[str, Any] = {name: form(prefix=name, key=token_hex(16)) for name, form in LINE_FORMS.items()}
    forms["stock"].offer(active_items())
    return forms


def _lines_page(order: RepairOrder, forms: dict[str, Any], sent: str = "") -> ResponseReturnValue:
    page = render_template(
        "repairs/costs/lines.html",
        order=order,
        costs=costs_of(order),
        forms=forms,
        sent=sent,
        back=back_to(order),
        onward=_onward(),
    )
    return page, 422 if sent else 200


@blueprint.post("/<int:repair_id>/lines/<any(stock, other, labour):line_kind>")
@requires(WORK)
def add_line(repair_id: int, line_kind: str) -> ResponseReturnValue:
    order, forms = get_order(repair_id), _line_forms()
    form = forms[line_kind]
    if form.validate() and attempt(form, lambda: service.add(order, form.line, form.key.data)):
        flash(_("%(what)s is entered.", what=form.line.name))
        return _to(order, "lines")
    return _lines_page(order, forms, line_kind)


@blueprint.post("/<int:repair_id>/lines/as-agreed")
@requires(WORK)
def add_as_agreed(repair_id: int) -> ResponseReturnValue:
    order = get_order(repair_id)
    count = service.add_as_agreed(order)
    flash(_("%(count)d lines are entered.", count=count) if count else _("All of the quote was entered before."))
    return _to(order, "lines")


@blueprint.post("/lines/<int:repair_line_id>/take-back")
@requires(WORK)
def take_back(repair_line_id: int) -> ResponseReturnValue:
    line = queries.get_line(repair_line_id)
    order = get_order(line.repair_order_id)
    service.take_back(order, line)
    flash(_("%(what)s is taken back.", what=line.name))
    return _to(order, "lines")


@blueprint.route("/<int:repair_id>/quote", methods=["GET", "POST"])
@requires(WORK)
def quote(repair_id: int) -> ResponseReturnValue:
    order, items = get_order(repair_id), active_items()
    form: Any = QuoteForm(key=token_hex(16), lines=entering.proposed(order, items))
    form.offer(items)
    stopped = not _is_repeat(order, form) and hindered(form, hindrance(order, "quote"))
    if not stopped and form.validate_on_submit() and attempt(form, _quote, order, form):
        flash(_("Quoted. Show it to the customer now, or send it."))
        return _to(order, "consent")
    materials = [label_of(item) for item in items]
    opened = max(OPEN_ROWS, len(form.used))
    return _page(form, order, _("Quote"), "repairs/costs/quote.html", materials=materials, open_rows=opened)


def _quote(order: RepairOrder, form: Any) -> None:
    service.quote(order, [entry.line for entry in form.used], form.note.data or "", form.key.data)


@blueprint.route("/<int:repair_id>/consent", methods=["GET", "POST"])
@requires(AGREE)
def consent(repair_id: int) -> ResponseReturnValue:
    return _answer(get_order(repair_id), ConsentForm, "consent", _("The customer agrees"))


@blueprint.route("/<int:repair_id>/decline", methods=["GET", "POST"])
@requires(AGREE)
def decline(repair_id: int) -> ResponseReturnValue:
    return _answer(get_order(repair_id), DeclineForm, "decline", _("The customer declines"))


def _answer(order: RepairOrder, kind: type[BaseForm], action: str, title: str) -> ResponseReturnValue:
    last = next(iter(quotes_of(order.id)), None)
    form: Any = kind(key=token_hex(16), person=order.caller, edition=last.edition if last else None)
    stopped = not _is_repeat(order, form) and hindered(form, hindrance(order, action))
    if not stopped and form.validate_on_submit() and attempt(form, _answered, order, form, action):
        flash(_("Noted."))
        return redirect(back_to(order), 303)
    return _page(form, order, title, f"repairs/costs/{action}.html", quote=last)


def _answered(order: RepairOrder, form: Any, action: str) -> None:
    """What comes twice leaves no second proof behind."""
    hold(order)
    if is_repeat(order, form.key.data, action):
        return
    agreed = action == "consent"
    given = service.Answer(
        agreed=agreed,
        how=AgreedBy(form.how.data),
        person=form.person.data,
        words=form.words.data or "",
        upload_id=entering.proof_of(order, form) if agreed else None,
    )
    service.answer(order, form.edition.data, given, form.key.data)


def _is_repeat(order: RepairOrder, form: Any) -> bool:
    """Sent twice: the verb itself finds what the first one did."""
    return bool(form.is_submitted() and is_repeat(order, form.key.data))


@blueprint.get("/<int:repair_id>/quote.pdf")
@requires(READ)
def quote_paper(repair_id: int) -> ResponseReturnValue:
    """The last edition."""
    order = get_order(repair_id)
    quotes = quotes_of(order.id)
    if not quotes:
        raise DomainError(_("Nothing was quoted for this job yet."))
    name = f"{order.number}-{quotes[0].edition}.pdf"
    return attachment(papers.quote_paper(order, quotes[0], g.actor.name), name, "application/pdf", inline=True)


@blueprint.get("/quotes/<int:repair_quote_id>/proof")
@requires(READ)
def proof(repair_quote_id: int) -> ResponseReturnValue:
    upload = queries.get_proof(repair_quote_id)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


def _page(form: BaseForm, order: RepairOrder, title: str, template: str, **context: Any) -> ResponseReturnValue:
    told = " · ".join(filter(None, (order.number, order.place)))
    return form_page(form, title, back_to(order), template, order=order, intro=told, **context)


def _onward() -> dict[str, Any]:
    """Whoever came from the worker's phone goes back there."""
    return {"from": "phone"} if from_phone() else {}


def _to(order: RepairOrder, page: str) -> ResponseReturnValue:
    return redirect(url_for(f".{page}", repair_id=order.id, **_onward()), 303)
