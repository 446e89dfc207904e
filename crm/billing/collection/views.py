"""Pages of bank collection. A file is parsed between units of work: no other writer waits for it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.billing.collection import jobs, listings, papers, queries, service
from crm.billing.collection.forms import AnswerForm, DrawForm, MandateForm, StepForm
from crm.billing.collection.models import BATCH_TITLES, WORKFLOW, LineState, Mandate
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.errors import DomainError
from crm.jobs.service import enqueue
from crm.lists import listing
from crm.properties.queries import estate_names, get_estate
from crm.tenants.queries import get_customer
from crm.web import excel
from crm.web.application import own_units
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page
from crm.workbooks.process import read

blueprint = Blueprint("collection", __name__, url_prefix="/billing/collection")
READ, RUN, TAKE = Permission.billing_read, Permission.billing_run, Permission.cash_take


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".draw") if g.actor.may(RUN) else None
    return listing.answer(listings.batches(), new_url=new, new_text=_("Draw a file for the bank"))


@blueprint.get("/mandates")
@requires(READ)
def mandates() -> ResponseReturnValue:
    return listing.answer(listings.mandates())


@blueprint.get("/customers/<int:customer_id>")
@requires(READ)
def mandates_of(customer_id: int) -> ResponseReturnValue:
    customer = get_customer(customer_id)
    found = select(Mandate).where(Mandate.customer_id == customer.id).order_by(Mandate.id.desc())
    rows = session().scalars(found).all()
    may_enter = g.actor.may(TAKE) and all(row.ended_on for row in rows)
    return render_template(
        "billing/mandates.html", customer=customer, rows=rows, may_enter=may_enter, may_end=g.actor.may(TAKE)
    )


@blueprint.route("/customers/<int:customer_id>/new", methods=["GET", "POST"])
@requires(TAKE)
def new_mandate(customer_id: int) -> ResponseReturnValue:
    customer = get_customer(customer_id)
    form, back = (
        MandateForm(holder=customer.name, since=business_day()),
        url_for(".mandates_of", customer_id=customer.id),
    )
    if form.validate_on_submit():
        given = {name: value for name, value in form.data.items() if name != "csrf_token"}
        if attempt(form, service.enter_mandate, customer, service.Entered(**given)):
            return redirect(back)
    return form_page(form, _("Enter a mandate"), back, intro=customer.name)


@blueprint.route("/mandates/<int:mandate_id>/end", methods=["GET", "POST"])
@requires(TAKE)
def end_mandate(mandate_id: int) -> ResponseReturnValue:
    mandate, form = queries.get_mandate(mandate_id), StepForm()
    back = url_for(".mandates_of", customer_id=mandate.customer_id)
    form.version.data = mandate.version
    if form.validate_on_submit() and attempt(form, service.end_mandate, mandate):
        return redirect(back)
    return form_page(form, _("End the mandate"), back, intro=f"{mandate.bank} {mandate.account_masked}")


@blueprint.route("/draw", methods=["GET", "POST"])
@requires(RUN)
def draw() -> ResponseReturnValue:
    form = DrawForm(until=business_day(), estate_id=g.actor.estate_id)
    form.estate_id.choices = choices(estate_names())
    if form.validate_on_submit() and (
        made := attempt(form, service.draw, get_estate(form.estate_id.data), form.until.data)
    ):
        return redirect(url_for(".show", batch_id=made.id))
    return form_page(form, _("Draw a file for the bank"), url_for(".index"))


@blueprint.get("/<int:batch_id>")
@requires(READ)
def show(batch_id: int) -> ResponseReturnValue:
    batch = queries.get_batch(batch_id)
    sums = queries.batch_sums(batch.id)
    return listing.answer(
        listings.lines(batch),
        "billing/collection.html",
        batch=batch,
        form=StepForm(version=batch.version),
        state=BATCH_TITLES[batch.state],
        tone=listings.TONES[batch.state],
        sums={state.value: sums.get(state, (0, 0)) for state in LineState},
        actions=WORKFLOW.offered(batch, g.actor.permissions),
    )


@blueprint.post("/<int:batch_id>/file")
@requires(RUN)
@confirmed
def fetch(batch_id: int) -> ResponseReturnValue:
    """With the accounts in full, which the log notes. `as=csv`: text as banks' programs read it; else a workbook."""
    batch = queries.get_batch(batch_id)
    name = _("Collection %(day)s", day=batch.drawn_on.isoformat())
    service.note_fetched(batch)
    if request.values.get("as") == "csv":
        return attachment(papers.as_text(batch), f"{name}.csv", "text/csv")
    return attachment(papers.as_workbook(batch), f"{name}.xlsx", excel.MEDIA_TYPE)


@blueprint.route("/<int:batch_id>/answer", methods=["GET", "POST"])
@requires(WORKFLOW["take_answer"].permission)  # type: ignore[arg-type]
@own_units
def take_answer(batch_id: int) -> ResponseReturnValue:
    form, back = AnswerForm(), url_for(".show", batch_id=batch_id)
    if form.validate_on_submit() and _taken(form, batch_id):
        return redirect(back)
    with unit_of_work(writes=False):
        batch = queries.get_batch(batch_id)
        form.version.data = batch.version
        told = _("%(count)s accounts of %(day)s", count=batch.lines, day=batch.drawn_on.isoformat())
        return form_page(form, _("Read the bank's answer"), back, intro=told, button=_("Read the answer"))


def _taken(form: AnswerForm, batch_id: int) -> bool:
    """Whether the answer was read; else the reason stands at the field."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        with unit_of_work(writes=False):
            queries.get_batch(batch_id)
        sheets = read(content, Path(name).stem)
        with unit_of_work():
            batch = queries.get_batch(batch_id)
            batch.expect_version(form.version.data)
            service.take_answer(batch, sheets[0], content, name)
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return False
    return True


@blueprint.route("/<int:batch_id>/book", methods=["GET", "POST"])
@requires(WORKFLOW["book"].permission)  # type: ignore[arg-type]
@confirmed
def book(batch_id: int) -> ResponseReturnValue:
    batch, form = queries.get_batch(batch_id), StepForm()
    count, total = queries.batch_sums(batch.id).get(LineState.paid, (0, 0))
    if form.validate_on_submit() and attempt(form, batch.expect_version, form.version.data):
        if count > service.PART:
            title = _("Book the bank's answer of %(day)s", day=batch.drawn_on.isoformat())
            job = enqueue(
                jobs.BOOK.name, title, {"batch_id": batch.id}, key=f"collection:{batch.id}", estate_id=batch.estate_id
            )
            return redirect(url_for("jobs.show", job_id=job.id))
        if attempt(form, service.book_part, batch) is not None:
            service.conclude(batch)
            flash(_("%(count)s payments are in the books.", count=count))
            return redirect(url_for(".show", batch_id=batch.id))
    form.version.data = batch.version
    told = _("%(count)s payments of %(sum)s yuan together are put into the books.", count=count, sum=f"{total:,.2f}")
    return form_page(form, _("Book the answer"), url_for(".show", batch_id=batch.id), intro=told, button=_("Book"))


@blueprint.route("/<int:batch_id>/cancel", methods=["GET", "POST"])
@requires(WORKFLOW["cancel"].permission)  # type: ignore[arg-type]
def cancel(batch_id: int) -> ResponseReturnValue:
    batch, form = queries.get_batch(batch_id), StepForm()
    form.version.data = batch.version
    if form.validate_on_submit() and attempt(form, service.cancel, batch):
        return redirect(url_for(".show", batch_id=batch.id))
    told = _("%(count)s accounts of %(day)s", count=batch.lines, day=batch.drawn_on.isoformat())
    return form_page(form, _("Cancel the file"), url_for(".show", batch_id=batch.id), intro=told, button=_("Cancel it"))
