"""Transfer lists: issuing one, comparing its lines, signing, receiving, withdrawing, and the paper in three copies."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import queries as credit
from crm.archive.dossiers import proof
from crm.archive.handover.forms import SignForm
from crm.archive.handover.models import Party
from crm.archive.handover.views.signing import signing
from crm.archive.numbers.figures import COMPANY
from crm.archive.vault.documents.path import not_a
from crm.archive.vault.documents.service import expect_entitled
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.models.transfer import TRANSFER_TITLES
from crm.archive.vault.pages import KEEP, PREPARE, READ, blueprint
from crm.archive.vault.transfers import forms, listings, queries, reports, service
from crm.archive.vault.transfers.content import COPIES
from crm.archive.vault.transfers.path import PATH
from crm.archive.vault.transfers.standing import FIELD_TITLES, PARTY_TITLES, Standing
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.files import store
from crm.lists import listing
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import BaseForm, attempt, form_page, hindered, opened_on, stand_on

COMPARES = ("tick", "check")


def _load(transfer_id: int) -> Standing:
    """Locked where something will be changed, so that two tabs come one after the other."""
    return queries.standing_of(transfer_id, lock=request.method == "POST")


def _address(standing: Standing) -> str:
    return url_for("vault.transfer", transfer_id=standing.transfer.id)


def _back(standing: Standing, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(_address(standing))


@blueprint.get("/transfers")
@requires(READ)
def transfer_lists() -> ResponseReturnValue:
    return listing.answer(listings.transfers())


@blueprint.route("/projects/<int:project_id>/transfer", methods=["GET", "POST"])
@requires(PREPARE)
def issue(project_id: int) -> ResponseReturnValue:
    """A chooses what goes to the title custodian."""
    found, form = credit.get_project(project_id), forms.IssueForm()
    expect_entitled(not_a(found))
    marked = forms.chosen() if form.is_submitted() else None
    if form.validate_on_submit() and (made := attempt(form, service.issue, found, marked or set())):
        flash(_("Issued: %(number)s.", number=made.number.text))
        return redirect(url_for(".transfer", transfer_id=made.id))
    rows, back = queries.to_list(found.dossier_id), url_for(".project", project_id=found.id)
    given = {"rows": rows, "marked": marked, "kinds": KIND_TITLES, "project": found, "intro": found.title}
    return form_page(form, _("Issue a transfer list"), back, "vault/issue.html", **given)


@blueprint.get("/transfers/<int:transfer_id>")
@requires(READ)
def transfer(transfer_id: int) -> ResponseReturnValue:
    return _page_of(_load(transfer_id), BaseForm(), 200)


def _page_of(standing: Standing, form: BaseForm, status: int) -> ResponseReturnValue:
    offered = PATH.offered(standing, g.actor.permissions)
    compares = next((name for name in COMPARES if name in offered), "")
    page = render_template(
        "vault/transfer.html",
        standing=standing,
        transfer=standing.transfer,
        project=standing.project,
        form=form,
        typed=request.form,
        rows=reports.rows(standing),
        places=reports.places(standing),
        buttons=[(name, PATH[name].title) for name in offered if name not in COMPARES],
        withheld=[(PATH[name].title, reason) for name, reason in PATH.withheld(standing, g.actor.permissions)],
        compares=compares,
        receipt=queries.receipt_of(standing.transfer.id),
        titles={"kind": KIND_TITLES, "party": PARTY_TITLES, "field": FIELD_TITLES, "state": TRANSFER_TITLES},
        tones=listings.TONES,
    )
    return page, status


@blueprint.post("/transfers/<int:transfer_id>/tick")
@requires(PREPARE)
def tick(transfer_id: int) -> ResponseReturnValue:
    """A's or B's ticks."""
    return _compared(transfer_id, "tick")


@blueprint.post("/transfers/<int:transfer_id>/check")
@requires(KEEP)
def check(transfer_id: int) -> ResponseReturnValue:
    """The title custodian's."""
    return _compared(transfer_id, "check")


def _compared(transfer_id: int, name: str) -> ResponseReturnValue:
    standing, form = _load(transfer_id), BaseForm()
    PATH.expect(standing, name)
    if form.validate_on_submit() and (count := attempt(form, service.compare, standing, forms.compared(standing))):
        return _back(standing, _("%(count)d lines noted.", count=count))
    return _page_of(standing, form, 422)


@blueprint.route("/transfers/<int:transfer_id>/sign", methods=["GET", "POST"])
@requires(PREPARE)
@confirmed_for_this
def sign(transfer_id: int) -> ResponseReturnValue:
    return _sign(transfer_id, "sign", service.sign, _("Signed."))


@blueprint.route("/transfers/<int:transfer_id>/receive", methods=["GET", "POST"])
@requires(KEEP)
@confirmed_for_this
def receive(transfer_id: int) -> ResponseReturnValue:
    words = _("Received: you answer for the documents. Lay them into the safe by the voucher, with a second person.")
    return _sign(transfer_id, "receive", service.receive, words)


def _sign(transfer_id: int, name: str, verb: Any, words: str) -> ResponseReturnValue:
    standing, form = _load(transfer_id), SignForm()
    PATH.expect(standing, name)
    if not form.is_submitted():
        form.seen.data = standing.transfer.hash
    if form.validate_on_submit() and attempt(form, _signed, verb, standing, form):
        return _back(standing, words)
    given = {"standing": standing, "places": reports.places(standing), "intro": standing.number}
    return form_page(form, str(PATH[name].title), _address(standing), "vault/sign.html", **given)


def _signed(verb: Any, standing: Standing, form: SignForm) -> None:
    verb(standing, signing(form))


@blueprint.route("/transfers/<int:transfer_id>/withdraw", methods=["GET", "POST"])
@requires(PREPARE)
def withdraw(transfer_id: int) -> ResponseReturnValue:
    standing, form = _load(transfer_id), forms.WithdrawForm()
    PATH.expect(standing, "withdraw")
    stand_on(form, standing.transfer)
    sound = not hindered(form, PATH.hindrance(standing, "withdraw")) and form.validate_on_submit()
    reason = form.reason.data or ""
    if sound and opened_on(form, standing.transfer) and attempt(form, service.withdraw, standing, reason):
        return _back(standing, _("Withdrawn: the documents are with A again."))
    given = {"project": standing.project, "intro": standing.number}
    return form_page(form, str(PATH["withdraw"].title), _address(standing), "vault/form.html", **given)


@blueprint.get("/transfers/<int:transfer_id>/signatures/<signing_party>/<what>")
@requires(READ)
def signature(transfer_id: int, signing_party: str, what: str) -> ResponseReturnValue:
    """`signing_party` is a, b or archivist, `what` drawing or scan."""
    party = Party(signing_party) if signing_party in set(Party) else abort(404)
    signed = queries.get_signature(_load(transfer_id), party)
    upload = queries.upload_of({"drawing": signed.drawing_id, "scan": signed.scan_id}.get(what) or abort(404))
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.get("/transfers/<int:transfer_id>/list.pdf")
@requires(READ)
def transfer_paper(transfer_id: int) -> ResponseReturnValue:
    """重要权证移交清单: all three copies, or the one that `copy` names."""
    standing, wanted = _load(transfer_id), request.args.get("copy", type=int)
    copies = [copy for copy in reports.copies(standing) if wanted in (None, copy.number)] or abort(404)
    issued = queries.printed_as(standing.transfer)
    each = [{"copy": copy, "mark": proof.mark(issued, copy.number, COPIES)} for copy in copies]
    day = business_day()
    pressed = pdf.copies(
        "vault/transfer_list.html",
        each,
        company=COMPANY.on(day),
        printed_on=day,
        clerk=g.actor.name,
        transfer=standing.transfer,
        content=standing.transfer.content,
        places=reports.places(standing),
        kinds=KIND_TITLES,
        total_copies=COPIES,
    )
    name = f"{_('Transfer list of title documents')} {standing.number}.pdf"
    return attachment(pressed, name, "application/pdf", inline=True)
