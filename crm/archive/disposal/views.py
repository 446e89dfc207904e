"""Periods and holds, and every step of a destruction list."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.disposal import listings, papers, queries
from crm.archive.disposal.forms import CountForm, HoldForm, OpinionForm, ProposeForm, SignForm
from crm.archive.disposal.group import Said as Word
from crm.archive.disposal.models import WORKFLOW, DisposalList, Outcome, Seat
from crm.archive.disposal.service import destroying, holds, listing
from crm.archive.disposal.service.listing import MOST
from crm.archive.disposal.service.steps import STEPS, free_seats, held_back, to_destroy
from crm.archive.dossiers.history import happenings_about
from crm.archive.dossiers.queries import get_dossier
from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import Permission, requires
from crm.errors import NotEntitled
from crm.lists import listing as lists
from crm.steps.forms import ReasonForm, StepForm
from crm.steps.pages import said
from crm.web.download import attachment
from crm.web.forms import attempt, form_page, hindered, id_in, is_current, stand_on

blueprint = Blueprint("disposal", __name__, url_prefix="/archive/disposal")
READ, KEEP, HOLD = Permission.disposal_read, Permission.disposal_keep, Permission.disposal_hold
APPRAISE, APPROVE = Permission.disposal_appraise, Permission.disposal_approve
WITNESS = Permission.disposal_witness
PAGES = {  # of a step -> who may
    "opine": APPRAISE,
    "approve": APPROVE,
    "refuse": APPROVE,
    "count": WITNESS,
    "attest": WITNESS,
    "destroy": KEEP,
    "withdraw": KEEP,
}


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return lists.answer(listings.periods(), **_proposing())


def _proposing() -> dict[str, Any]:
    url = url_for(".new", estate=actor().estate_id) if actor().may(KEEP) else None
    return {"new_url": url, "new_text": _("Propose a destruction list")}


@blueprint.get("/lists")
@requires(READ)
def all_lists() -> ResponseReturnValue:
    return lists.answer(listings.lists(), **_proposing())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    """Of the estate chosen in the top bar, or, without one, of the company's loans and guarantees."""
    estate_id, form = id_in(request.values.get("estate", "")), ProposeForm(key=token_hex(12))
    if estate_id is not None and not actor().sees(estate_id):
        abort(404)
    if form.is_submitted() and (step := STEPS.find(form.key.data)) is not None:  # sent twice
        return redirect(_there(queries.get_list(step.list_id)))
    rows = queries.proposable(estate_id, MOST)
    form.dossiers.choices = [(row.id, _called(row)) for row in rows]
    if form.validate_on_submit() and (made := attempt(form, _propose, estate_id, form)):
        flash(_("Proposed: the group gives its opinion now."))
        return redirect(_there(made))
    back = url_for(".index", standing="free")
    return form_page(form, _("Propose a destruction list"), back, "disposal/new.html", button=_("Propose"))


def _called(row: Any) -> str:
    parts = row.code, row.title, _("kept until %(day)s", day=queries.until_of(row))
    return " · ".join(filter(None, parts))


def _propose(estate_id: int | None, form: ProposeForm) -> DisposalList:
    return listing.propose(estate_id, form.dossiers.data or [], form.title.data or "", form.key.data)


@blueprint.get("/lists/<int:disposal_list_id>")
@requires(READ)
def show(disposal_list_id: int) -> ResponseReturnValue:
    found = queries.get_list(disposal_list_id)
    return render_template(
        "disposal/show.html",
        found=found,
        tone=listings.TONES[found.state],
        steps=_steps(found),
        held=held_back(to_destroy(found)) if found.state not in ("destroyed", "kept", "withdrawn") else "",
        events=happenings_about("disposal_list", found.id),
        papers=papers.TITLES if found.state == "destroyed" else {k: papers.TITLES[k] for k in ("list", "opinions")},
        **papers.told(found),
    )


def _steps(found: DisposalList) -> list[tuple[str, str, bool]]:
    """The steps that the acting person can take now, with their pages; whether it is what the list waits for."""
    names = [name for name in PAGES if actor().may(PAGES[name])]
    free = [name for name in names if not STEPS.hindrance(found, _action(found, name))]
    ends = ("refuse", "withdraw")
    return [
        (str(WORKFLOW[name].title), url_for(f".{name}", disposal_list_id=found.id), name not in ends) for name in free
    ]


def _action(found: DisposalList, name: str) -> str:
    """What the page of that name does now."""
    if name == "approve" and not any(line.outcome is Outcome.destroy for line in found.lines):
        return "keep"
    return "counted" if name == "count" and found.witness_id is not None else name


def _there(found: DisposalList) -> str:
    return url_for(".show", disposal_list_id=found.id) if actor().may(READ) else url_for("desk.home")


@blueprint.post("/lists/<int:disposal_list_id>/<any(list, opinions, certificate):paper_kind>.pdf")
@requires(READ)
def paper(disposal_list_id: int, paper_kind: str) -> ResponseReturnValue:
    found = queries.get_list(disposal_list_id)
    if paper_kind == "certificate" and found.state != "destroyed":
        abort(404)
    name = f"{found.number} {papers.TITLES[paper_kind]}.pdf"
    return attachment(papers.pressed(found, paper_kind), name, "application/pdf", inline=True)


@blueprint.route("/lists/<int:disposal_list_id>/opine", methods=["GET", "POST"])
@requires(APPRAISE)
def opine(disposal_list_id: int) -> ResponseReturnValue:
    found, form = queries.get_list(disposal_list_id), OpinionForm()
    form.offer_seats(free_seats(found))
    form.offer(line.id for line in found.lines)
    return _step(found, "opine", form, _opine, "disposal/opine.html")


def _opine(found: DisposalList, form: OpinionForm) -> None:
    words = {
        line_id: (
            Word(Outcome(line.outcome.data), line.years.data if line.outcome.data == "extend" else None),
            line.words.data,
        )
        for line_id, line in form.by_line().items()
    }
    listing.give_opinions(found, Seat(form.seat.data), words, said(form))


@blueprint.route("/lists/<int:disposal_list_id>/approve", methods=["GET", "POST"])
@requires(APPROVE)
@confirmed_for_this
def approve(disposal_list_id: int) -> ResponseReturnValue:
    return _step(queries.get_list(disposal_list_id), "approve", SignForm(), _with_said(listing.approve))


@blueprint.route("/lists/<int:disposal_list_id>/refuse", methods=["GET", "POST"])
@requires(APPROVE)
def refuse(disposal_list_id: int) -> ResponseReturnValue:
    return _step(queries.get_list(disposal_list_id), "refuse", ReasonForm(), _taking_back("refuse"))


@blueprint.route("/lists/<int:disposal_list_id>/withdraw", methods=["GET", "POST"])
@requires(KEEP)
def withdraw(disposal_list_id: int) -> ResponseReturnValue:
    return _step(queries.get_list(disposal_list_id), "withdraw", ReasonForm(), _taking_back("withdraw"))


@blueprint.route("/lists/<int:disposal_list_id>/count", methods=["GET", "POST"])
@requires(WITNESS)
@confirmed_for_this
def count(disposal_list_id: int) -> ResponseReturnValue:
    found, form = queries.get_list(disposal_list_id), CountForm()
    form.offer(line.id for line in to_destroy(found))
    return _step(found, "count", form, _count, "disposal/count.html")


def _count(found: DisposalList, form: CountForm) -> None:
    listing.count(found, {line_id: line.pages.data for line_id, line in form.by_line().items()}, said(form))


@blueprint.route("/lists/<int:disposal_list_id>/attest", methods=["GET", "POST"])
@requires(WITNESS)
@confirmed_for_this
def attest(disposal_list_id: int) -> ResponseReturnValue:
    return _step(queries.get_list(disposal_list_id), "attest", SignForm(), _with_said(listing.attest))


@blueprint.route("/lists/<int:disposal_list_id>/destroy", methods=["GET", "POST"])
@requires(KEEP)
@confirmed_for_this
def destroy(disposal_list_id: int) -> ResponseReturnValue:
    return _step(queries.get_list(disposal_list_id), "destroy", SignForm(), _with_said(destroying.destroy))


def _with_said(verb: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    return lambda found, form: verb(found, said(form))


def _taking_back(action: str) -> Callable[[Any, Any], None]:
    return lambda found, form: listing.take_back(found, action, said(form))


def _step(
    found: DisposalList,
    name: str,
    form: StepForm,
    act: Callable[[Any, Any], None],
    template: str = "_layout/form.html",
) -> ResponseReturnValue:
    action, title, there = _action(found, name), str(WORKFLOW[name].title), _there(found)
    form["key"].data = form["key"].data or token_hex(12)
    stand_on(form, found)
    if form.is_submitted() and STEPS.is_repeat(found, form["key"].data):
        return redirect(there)
    if reason := STEPS.not_entitled(found, action):
        raise NotEntitled(reason)
    if _is_right(form, found, action) and attempt(form, act, found, form):
        flash(_("%(number)s: %(step)s.", number=found.number, step=title))
        return redirect(there)
    found = queries.get_list(found.id)
    intro = " · ".join((found.number, found.title))
    by_id = {str(line.id): line for line in found.lines}
    return form_page(form, title, there, template, intro=intro, by_id=by_id, button=title)


def _is_right(form: StepForm, found: DisposalList, action: str) -> bool:
    if hindered(form, STEPS.impossible(found, action)) or not form.validate_on_submit():
        return False
    return is_current(form, found, timeline("disposal_list", found.id), fields=("",))


@blueprint.route("/dossiers/<int:dossier_id>/hold", methods=["GET", "POST"])
@requires(HOLD)
def hold(dossier_id: int) -> ResponseReturnValue:
    dossier, form = get_dossier(dossier_id), HoldForm()
    back = url_for("dossiers.show", dossier_id=dossier.id)
    if form.validate_on_submit() and attempt(form, holds.place, dossier, form.reason.data or ""):
        flash(_("Held: nothing of it is destroyed until somebody else lifts the hold."))
        return redirect(back)
    return form_page(
        form, _("Hold back from destruction"), back, intro=" · ".join(filter(None, (dossier.code, dossier.title)))
    )


@blueprint.route("/holds/<int:hold_id>/lift", methods=["GET", "POST"])
@requires(HOLD)
def lift(hold_id: int) -> ResponseReturnValue:
    found, form = queries.get_hold(hold_id), HoldForm()
    back = url_for("dossiers.show", dossier_id=found.dossier_id)
    if (reason := holds.why_not_lift(found)) and found.lifted_at is None:
        raise NotEntitled(reason)
    ready = not hindered(form, reason) and form.validate_on_submit()
    if ready and attempt(form, holds.lift, found, form.reason.data or ""):
        flash(_("The hold is lifted."))
        return redirect(back)
    return form_page(form, _("Lift the hold"), back, intro=found.reason)
