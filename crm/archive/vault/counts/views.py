"""Counts and ends of days: the lists, the blind sheet, what differs, two signatures, papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import proof
from crm.archive.dossiers.models import Location
from crm.archive.numbers.figures import COMPANY
from crm.archive.vault.counts import forms, listings, papers, queries, service
from crm.archive.vault.counts.path import OFFERED, PATH
from crm.archive.vault.counts.service.ending import missing
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.keeping import named, safes
from crm.archive.vault.models import CountKind, VaultCount
from crm.archive.vault.models.count import COUNT_KIND_TITLES, COUNT_TITLES, DIFFERENCE_TITLES
from crm.archive.vault.models.voucher import PART_TITLES
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import Permission, requires
from crm.auth.queries import who_may
from crm.dates import business_day, parse_date
from crm.db import session
from crm.errors import DomainError
from crm.lists.listing import answer
from crm.steps.forms import ReasonForm, StepForm
from crm.web import pdf
from crm.web.download import attachment
from crm.web.forms import BaseForm, attempt, choices, form_page, id_in, opened_on, stand_on

blueprint = Blueprint("vault_counts", __name__, url_prefix="/archive/vault/counts")
READ, COUNT = Permission.credit_oversee, Permission.title_witness


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return answer(listings.counts(), "vault/counts/index.html", may_order=g.actor.may(Permission.title_approve))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.title_approve)
def new() -> ResponseReturnValue:
    form = forms.OrderForm()
    form.safe_id.choices = choices({safe.id: safe.path for safe in safes()}, _("Choose"))
    if form.validate_on_submit() and (made := attempt(form, _order, form)):
        flash(_("Ordered. It begins when two are named; from then on nothing moves in this safe."))
        return redirect(url_for(".show", vault_count_id=made.id))
    return form_page(form, _("Order a count"), url_for(".index"), button=_("Order the count"))


def _order(form: forms.OrderForm) -> VaultCount:
    safe = session().get(Location, id_in(form.safe_id.data) or 0)
    if safe is None:
        raise DomainError(_("Choose a safe that is in use."))
    return service.order(safe, CountKind(form.kind.data))


@blueprint.get("/<int:vault_count_id>")
@requires(READ)
def show(vault_count_id: int) -> ResponseReturnValue:
    standing = queries.get_count(vault_count_id)
    offered = PATH.offered(standing, g.actor.permissions)
    return render_template(
        "vault/counts/show.html",
        standing=standing,
        count=standing.count,
        state=COUNT_TITLES[standing.state],
        tone=listings.TONES[standing.state],
        kind=COUNT_KIND_TITLES[standing.count.kind],
        differences=DIFFERENCE_TITLES,
        steps=[(name, PATH[name].title) for name in OFFERED if name in offered],
        explains="explain" in offered,
        reasons=queries.reasons(standing.count.id) if standing.count.sheet > 1 else [],
        withheld=PATH.hindrance(standing, "sign") if standing.state in PATH["sign"].sources else "",
    )


def _load(count_id: int) -> Standing:
    return queries.get_count(count_id, lock=request.method == "POST")


def _page(
    form: BaseForm, standing: Standing, title: str, template: str = "_layout/form.html", **given: Any
) -> ResponseReturnValue:
    back = url_for(".show", vault_count_id=standing.count.id)
    intro = f"{standing.count.number.text} · {standing.places[standing.count.safe_id]}"
    told = {"intro": intro, "standing": standing, "differences": DIFFERENCE_TITLES, "button": title}
    return form_page(form, title, back, template, **told, **given)


def _step(
    standing: Standing, action: str, form: StepForm, act: Any, template: str = "_layout/form.html", **given: Any
) -> Any:
    PATH.expect(standing, action)
    stand_on(form, standing.count)
    if form.validate_on_submit() and opened_on(form, standing.count) and attempt(form, act):
        flash(_("Done: %(action)s.", action=PATH[action].title))
        return redirect(url_for(".show", vault_count_id=standing.count.id))
    return _page(form, standing, str(PATH[action].title), template, **given)


@blueprint.route("/<int:vault_count_id>/begin", methods=["GET", "POST"])
@requires(COUNT)
def begin(vault_count_id: int) -> ResponseReturnValue:
    standing, form = _load(vault_count_id), forms.CountersForm()
    form.offer(_people())

    def act() -> None:
        service.begin(standing, form.counters)

    found: ResponseReturnValue = _step(standing, "begin", form, act, "vault/counts/begin.html")
    return found


def _people() -> dict[int, str]:
    return named({user.id for user in who_may(COUNT)})


@blueprint.route("/<int:vault_count_id>/recount", methods=["GET", "POST"])
@requires(COUNT)
def recount(vault_count_id: int) -> ResponseReturnValue:
    standing = _load(vault_count_id)
    form = forms.RecountForm(
        data={"first_id": str(standing.count.first_id), "second_id": str(standing.count.second_id)}
    )
    form.offer(_people())

    def act() -> None:
        service.recount(standing, form.counters, form.reason.data or "")

    found: ResponseReturnValue = _step(standing, "recount", form, act)
    return found


@blueprint.route("/<int:vault_count_id>/sheet", methods=["GET", "POST"])
@requires(COUNT)
def hand_in(vault_count_id: int) -> ResponseReturnValue:
    """Blind: the safe and its slots, and nothing of what the books say. What was written is shown once more before it
    is compared."""
    standing, form = _load(vault_count_id), forms.SheetForm()
    if form.is_submitted() and PATH.hindrance(standing, "hand_in") == "" and form.unread(standing.places):
        return _page(form, standing, str(PATH["hand_in"].title), "vault/counts/sheet.html")

    def act() -> None:
        service.hand_in(standing, forms.sheet(standing.places))

    found: ResponseReturnValue = _step(standing, "hand_in", form, act, "vault/counts/sheet.html")
    return found


@blueprint.route("/<int:vault_count_id>/differences/<int:variance_id>", methods=["GET", "POST"])
@requires(COUNT)
def explain(vault_count_id: int, variance_id: int) -> ResponseReturnValue:
    standing, form = _load(vault_count_id), forms.ExplainForm()
    variance = queries.get_variance(standing, variance_id)
    form.about(variance)

    def act() -> None:
        service.explain(standing, variance, form.words.data or "", damaged=form.is_damaged)

    found: ResponseReturnValue = _step(standing, "explain", form, act, "vault/counts/explain.html", variance=variance)
    return found


@blueprint.route("/<int:vault_count_id>/cancel", methods=["GET", "POST"])
@requires(Permission.title_approve)
def cancel(vault_count_id: int) -> ResponseReturnValue:
    standing, form = _load(vault_count_id), ReasonForm()
    found: ResponseReturnValue = _step(
        standing, "cancel", form, lambda: service.cancel(standing, form.reason.data or "")
    )
    return found


@blueprint.route("/<int:vault_count_id>/sign", methods=["GET", "POST"])
@requires(COUNT)
@confirmed_for_this
def sign(vault_count_id: int) -> ResponseReturnValue:
    standing, form = _load(vault_count_id), forms.PasswordForm()
    PATH.expect(standing, "sign")
    if not form.is_submitted():
        form.seen.data = standing.hash
    sound = form.validate_on_submit()
    if sound and attempt(form, service.sign, standing, form.seen.data or "") is not None:
        flash(_("Signed."))
        return redirect(url_for(".show", vault_count_id=vault_count_id))
    return _page(form, standing, _("Sign the count"), "vault/counts/sign.html")


@blueprint.post("/<int:vault_count_id>.pdf")
@requires(READ)
def paper(vault_count_id: int) -> ResponseReturnValue:
    said = papers.sheet(queries.get_count(vault_count_id).count.id) or abort(404)
    return _printed(papers.SHEET, vault_count_id, said)


# Ends of days


@blueprint.get("/days")
@requires(READ)
def days() -> ResponseReturnValue:
    """`sheet` names the day whose sheet is to be printed; the last one where none is named."""
    key = id_in(request.args.get("sheet", ""))
    return answer(
        listings.days(),
        "vault/counts/days.html",
        unsealed=queries.unsealed_days(),
        may_seal=g.actor.may(COUNT),
        last=queries.get_day_end(key) if key else queries.last_sealed(),
    )


@blueprint.route("/days/seal", methods=["GET", "POST"])
@requires(COUNT)
@confirmed_for_this
def seal() -> ResponseReturnValue:
    """`day` names it, today where none is named."""
    day = service.day_of(_day(request.args.get("day", "")), lock=request.method == "POST")
    form = forms.DayForm()
    said = (form.counted.data or 0, form.remark.data or "", request.remote_addr or "")
    if form.validate_on_submit() and (ended := attempt(form, service.seal, day, *said)):
        flash(_("The day is sealed.") if ended is not True else _("Counted. A second person counts now."))
        return redirect(url_for(".days"))
    title = _("Seal the day")
    names = {"parts": PART_TITLES, "missing": missing(day)}
    return form_page(form, title, url_for(".days"), "vault/counts/seal.html", day=day, button=title, **names)


def _day(text: str) -> date:
    try:
        return parse_date(text, business_day()) if text else business_day()
    except ValueError:
        abort(404)


@blueprint.post("/days/<int:day_end_id>.pdf")
@requires(READ)
def day_paper(day_end_id: int) -> ResponseReturnValue:
    said = papers.day(day_end_id) or abort(404)
    return _printed(papers.DAY, day_end_id, said)


def _printed(kind: str, key: int, said: dict[str, Any]) -> ResponseReturnValue:
    issued, title = proof.issue(kind, key, said["number"], said), papers.PAPERS[kind].title
    pressed = pdf.document(
        f"vault/{kind}.html",
        content=said,
        mark=proof.mark(issued),
        titles={"kind": COUNT_KIND_TITLES, "difference": DIFFERENCE_TITLES},
        company=COMPANY.on(business_day()),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
    return attachment(pressed, f"{title} {said['number']}.pdf", "application/pdf", inline=True)
