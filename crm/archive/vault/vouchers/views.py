"""Vouchers: the list, the book, one of them with its two people, asking, deciding, papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit.queries import get_project
from crm.archive.dossiers import proof
from crm.archive.numbers.figures import COMPANY
from crm.archive.vault.documents.queries import is_withheld
from crm.archive.vault.keeping import custodians, named, places
from crm.archive.vault.models import Part, Purpose, TitleVoucher, VoucherState
from crm.archive.vault.models.document import KIND_TITLES
from crm.archive.vault.models.document import STATE_TITLES as DOCUMENT_STATES
from crm.archive.vault.models.voucher import DIRECTION_TITLES, PART_TITLES, PURPOSE_TITLES, VOUCHER_TITLES
from crm.archive.vault.vouchers import forms, listings, papers, queries, service
from crm.archive.vault.vouchers.path import OFFERED, PATH, lacking
from crm.archive.vault.vouchers.service import Asked, Prepared
from crm.archive.vault.vouchers.standing import Standing
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import Permission, requires
from crm.auth.queries import who_may
from crm.dates import business_day
from crm.errors import NotEntitled
from crm.files import store
from crm.files.models import Upload
from crm.lists.listing import answer
from crm.steps.forms import ReasonForm, StepForm
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import BaseForm, attempt, choices, form_page, id_in, opened_on, stand_on

blueprint = Blueprint("vouchers", __name__, url_prefix="/archive/vault/vouchers")
READ, PURPOSE_OF_FILES = Permission.title_read, "title_voucher"


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return answer(listings.vouchers(), "vault/vouchers/index.html")


@blueprint.get("/book")
@requires(Permission.credit_oversee)
def book() -> ResponseReturnValue:
    return answer(listings.cash_book(), "vault/vouchers/index.html")


@blueprint.route("/new/<int:project_id>", methods=["GET", "POST"])
@requires(READ)
def new(project_id: int) -> ResponseReturnValue:
    project, form = get_project(project_id), forms.AskForm()
    documents = queries.movable(project.dossier_id or 0)
    form.document_ids.choices = choices(
        {each.id: f"{each.certificate_no} · {each.name} · {DOCUMENT_STATES[each.state]}" for each in documents}
    )
    if form.validate_on_submit() and (made := attempt(form, _ask, project, form)):
        flash(_("Made out: %(number)s.", number=made.number.text))
        return redirect(url_for(".show", voucher_id=made.id))
    back = url_for("vault.project", project_id=project.id)
    return form_page(form, _("Make out a voucher"), back, intro=project.title, button=_("Make out"))


def _ask(project: Any, form: forms.AskForm) -> TitleVoucher:
    asked = Asked(
        purpose=Purpose(form.purpose.data),
        reason=form.reason.data or "",
        authority=form.authority.data or "",
        back_on=form.back_on.data,
        receiver=form.receiver.data or "",
    )
    return service.ask(project, form.document_ids.data or [], asked)


@blueprint.get("/<int:voucher_id>")
@requires(READ)
def show(voucher_id: int) -> ResponseReturnValue:
    standing = _shown(queries.get_voucher(voucher_id))
    offered = PATH.offered(standing, g.actor.permissions)
    return render_template(
        "vault/vouchers/show.html",
        standing=standing,
        voucher=standing.voucher,
        tone=listings.TONES[standing.state],
        state=VOUCHER_TITLES[standing.state],
        purpose=PURPOSE_TITLES[standing.voucher.purpose],
        kinds=KIND_TITLES,
        parts=PART_TITLES,
        steps=[(name, PATH[name].title) for name in OFFERED if name in offered],
        decides="approve" in offered or "refuse" in offered,
        lacking=lacking(standing) if "cancel" in PATH and standing.state in queries.LIVE else "",
        withheld=_withheld(standing),
    )


def _shown(standing: Standing) -> Standing:
    """What was carried out tells what is in a safe: while it is being counted, not to whoever may count."""
    if standing.state is VoucherState.done and any(is_withheld(line.document) for line in standing.lines):
        raise NotEntitled(_("The safe it lies in is being counted. It is shown again when the sheet is handed in."))
    return standing


def _withheld(standing: Standing) -> str:
    """Why whoever could be one of the two cannot confirm now."""
    if standing.state not in PATH["confirm"].sources or not g.actor.may(Permission.title_witness):
        return ""
    return PATH.hindrance(standing, "confirm")


def _load(voucher_id: int) -> Standing:
    return queries.get_voucher(voucher_id, lock=request.method == "POST")


def _step(standing: Standing, action: str, form: StepForm, act: Callable[[], Any]) -> ResponseReturnValue:
    """The step's form on a page of its own; sent, it is done, unless the voucher moved on meanwhile."""
    PATH.expect(standing, action)
    stand_on(form, standing.voucher)
    if form.validate_on_submit() and opened_on(form, standing.voucher) and attempt(form, act):
        flash(_("Done: %(action)s.", action=PATH[action].title))
        return redirect(url_for(".show", voucher_id=standing.voucher.id))
    return _page(form, standing, str(PATH[action].title))


def _page(form: BaseForm, standing: Standing, title: str, template: str = "_layout/form.html") -> ResponseReturnValue:
    back = url_for(".show", voucher_id=standing.voucher.id)
    intro = f"{standing.voucher.number.text} · {PURPOSE_TITLES[standing.voucher.purpose]}"
    return form_page(form, title, back, template, intro=intro, standing=standing, kinds=KIND_TITLES, button=title)


@blueprint.route("/<int:voucher_id>/decide", methods=["GET", "POST"])
@requires(Permission.title_approve)
def decide(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), forms.DecideForm()
    PATH.expect(standing, "refuse")
    stand_on(form, standing.voucher)
    sound = form.validate_on_submit() and opened_on(form, standing.voucher)
    if sound and attempt(form, _decide, standing, form):
        flash(_("Decided."))
        return redirect(url_for(".show", voucher_id=voucher_id))
    return _page(form, standing, _("Decide"), "vault/vouchers/decide.html")


def _decide(standing: Standing, form: forms.DecideForm) -> None:
    act = service.approve if form.outcome.data == "approve" else service.refuse
    act(standing, form.words.data or "")


@blueprint.route("/<int:voucher_id>/cancel", methods=["GET", "POST"])
@requires(READ)
def cancel(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), ReasonForm()
    return _step(standing, "cancel", form, lambda: service.cancel(standing, form.reason.data or ""))


@blueprint.route("/<int:voucher_id>/prepare", methods=["GET", "POST"])
@requires(Permission.title_keep)
def prepare(voucher_id: int) -> ResponseReturnValue:
    standing = _load(voucher_id)
    if not standing.goes_out:
        back = standing.voucher.purpose is Purpose.back
        form: Any = forms.place_form(standing.lines, {place.id: place.path for place in places()}, back=back)
    elif standing.is_release:
        form = forms.ReleaseForm(data={"receiver": standing.voucher.receiver})
    else:
        form = StepForm()
    return _step(standing, "prepare", form, lambda: service.prepare(standing, _prepared(standing, form)))


def _prepared(standing: Standing, form: Any) -> Prepared:
    if not standing.goes_out:
        return Prepared(places=form.places, numbers=form.numbers)
    if not standing.is_release:
        return Prepared()
    return Prepared(
        receiver=form.receiver.data or "",
        id_number=form.id_number.data or "",
        power=_kept(form.power),
        receipt=_kept(form.receipt),
    )


def _kept(field: Any) -> Upload | None:
    if not field.data or not field.data.filename:
        return None
    return store.keep(field.data.read(), field.data.filename, purpose=PURPOSE_OF_FILES, estate_id=None)


@blueprint.route("/<int:voucher_id>/confirm", methods=["GET", "POST"])
@requires(Permission.title_witness)
@confirmed_for_this
def confirm(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), forms.ConfirmForm()
    PATH.expect(standing, "confirm")
    form.beside.choices = choices(_beside(standing), _("Nobody named"))
    if not form.is_submitted():
        form.seen.data = standing.hash
    sent = [form.seen.data or "", request.remote_addr or "", _rung(form)]
    if form.validate_on_submit() and attempt(form, service.confirm, standing, *sent) is not None:
        flash(_("Confirmed."))
        return redirect(url_for(".show", voucher_id=voucher_id))
    form.seen.data = standing.hash
    return _page(form, standing, _("Confirm at the safe"), "vault/vouchers/confirm.html")


def _beside(standing: Standing) -> dict[int, str]:
    """Whoever can be the other one; nobody is asked for once the first has confirmed."""
    if standing.live:
        return {}
    people = {user.id for user in who_may(Permission.title_witness)}
    wanted = people if standing.part is Part.custodian else custodians()
    return named(wanted - {standing.actor_id or 0})


def _rung(form: forms.ConfirmForm) -> list[int]:
    key = id_in(form.beside.data or "")
    return [key] if key else []


@blueprint.route("/<int:voucher_id>/scan", methods=["GET", "POST"])
@requires(Permission.title_keep)
def attach_scan(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), forms.ScanForm()

    def act() -> None:
        service.attach_scan(standing, _kept(form.scan) or abort(422))

    return _step(standing, "attach_scan", form, act)


@blueprint.route("/<int:voucher_id>/longer", methods=["GET", "POST"])
@requires(READ)
def ask_longer(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), forms.LongerForm()

    def act() -> None:
        service.ask_longer(standing, form.until.data, form.reason.data or "")

    return _step(standing, "ask_longer", form, act)


@blueprint.route("/<int:voucher_id>/longer/decide", methods=["GET", "POST"])
@requires(Permission.title_approve)
def decide_longer(voucher_id: int) -> ResponseReturnValue:
    standing, form = _load(voucher_id), forms.DecideForm()

    def act() -> None:
        service.decide_longer(standing, approved=form.outcome.data == "approve", words=form.words.data or "")

    return _step(standing, "decide_longer", form, act)


@blueprint.get("/<int:voucher_id>/files/<voucher_paper>")
@requires(READ)
def file(voucher_id: int, voucher_paper: str) -> ResponseReturnValue:
    """`voucher_paper` is power, receipt, scan, proof, or `proof-7` of document 7."""
    upload = queries.get_paper(queries.get_voucher(voucher_id).voucher, voucher_paper)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.post("/<int:voucher_id>.pdf")
@requires(READ)
def paper(voucher_id: int) -> ResponseReturnValue:
    """权证出入库单, to be signed in ink as well."""
    standing = _shown(queries.get_voucher(voucher_id))
    said = papers.voucher(standing.voucher.id) or abort(404)
    issued = proof.issue(papers.VOUCHER, voucher_id, said["number"], said, dossier_id=standing.voucher.dossier_id)
    pressed = pdf.document(
        "vault/voucher.html",
        content=said,
        mark=proof.mark(issued),
        titles={"direction": DIRECTION_TITLES, "purpose": PURPOSE_TITLES, "state": VOUCHER_TITLES, "kind": KIND_TITLES},
        company=COMPANY.on(business_day()),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
    title = papers.PAPERS[papers.VOUCHER].title
    return attachment(pressed, f"{title} {said['number']}.pdf", "application/pdf", inline=True)
