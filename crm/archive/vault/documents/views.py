"""The ledger, a project's title documents, the page of one, and what A and B do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.credit import queries as credit
from crm.archive.credit.models import Project
from crm.archive.dossiers.content import number_of
from crm.archive.vault import custody
from crm.archive.vault.custody import CAUSE_TITLES
from crm.archive.vault.documents import listings, queries, reports, service
from crm.archive.vault.documents.forms import EnterForm, ObtainForm, TakeOverForm, TitleForm, VoidForm, this_minute
from crm.archive.vault.documents.path import PATH, not_a, not_a_or_b, over
from crm.archive.vault.models import TitleDocument
from crm.archive.vault.models.document import DELAY_TITLES, KEPT, KIND_TITLES, STATE_TITLES
from crm.archive.vault.models.transfer import TRANSFER_TITLES
from crm.archive.vault.pages import PREPARE, READ, blueprint
from crm.archive.vault.transfers import queries as transfers
from crm.archive.vault.vouchers import queries as vouchers
from crm.audit.queries import timeline
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.lists import listing
from crm.steps.forms import StepForm
from crm.web.forms import attempt, form_page, hindered, is_current, opened_on, stand_on

TITLES = {
    "kind": KIND_TITLES,
    "state": STATE_TITLES,
    "transfer": TRANSFER_TITLES,
    "cause": CAUSE_TITLES,
    "delay": DELAY_TITLES,
}


@blueprint.get("/documents")
@requires(READ)
def documents() -> ResponseReturnValue:
    """权证台帐, today's or that of the day which `on` names."""
    return listing.answer(listings.ledger(listings.day_named(request.args.get("on", ""))))


@blueprint.get("/projects/<int:project_id>")
@requires(READ)
def project(project_id: int) -> ResponseReturnValue:
    found, day = credit.get_project(project_id), business_day()
    mine = g.actor.may(PREPARE) and found.is_transferor(g.actor.user_id)
    return render_template(
        "vault/project.html",
        project=found,
        number=number_of(found.dossier) if found.dossier else "",
        rows=queries.documents_of(found.dossier_id) if found.dossier_id else [],
        lists=transfers.transfers_of_project(found.dossier_id) if found.dossier_id else [],
        withheld=queries.withheld_of(found.dossier_id),
        former=queries.with_former(found),
        may_enter=mine and not over(found),
        may_move=vouchers.may_ask(found) and bool(vouchers.movable(found.dossier_id or 0)),
        may_list=g.actor.may(PREPARE) and g.actor.user_id == found.a_id and bool(transfers.to_list(found.dossier_id)),
        **_shown(day),
    )


def _shown(day: Any) -> dict[str, Any]:
    return {
        "titles": TITLES,
        "tones": listings.TONES,
        "place_of": reports.place_of,
        "delay": lambda row: listings.delay_in_words(row, day),
        "delay_tone": lambda row: listings.delay_tone(row, day),
        "day": day,
    }


@blueprint.get("/documents/<int:title_id>")
@requires(READ)
def document(title_id: int) -> ResponseReturnValue:
    found, of_project = queries.get_title(title_id)
    service.expect_entitled(_blind() if queries.is_withheld(found) else "")
    day = business_day()
    return render_template(
        "vault/document.html",
        document=found,
        project=of_project,
        number=number_of(of_project.dossier) if of_project.dossier else "",
        path=custody.path_of(found.id),
        answers="、".join(each.full_name for each in custody.answered_for(found.id, day)),
        collateral=queries.collateral_of(found),
        timing=reports.timing(found.obtained_at, queries.placed_at(found.id), found.state, day),
        lists=queries.transfers_of(found.id),
        offered=reports.offered(of_project, found),
        replaced=queries.replaced_by(found),
        successor=queries.successor_of(found.id),
        kept=KEPT,
        titles=TITLES,
        tones=listings.TONES,
    )


def _blind() -> str:
    return _("The safe it lies in is being counted. It is shown again when the sheet is handed in.")


@blueprint.route("/projects/<int:project_id>/take-over", methods=["GET", "POST"])
@requires(PREPARE)
@confirmed_for_this
def take_over(project_id: int) -> ResponseReturnValue:
    """The new A confirms what the former one hands over, with the own password."""
    found, form = credit.get_project(project_id), TakeOverForm()
    service.expect_entitled(not_a(found))
    back = url_for(".project", project_id=found.id)
    rows = queries.with_former(found)
    if form.validate_on_submit() and (moved := attempt(form, service.take_over, found, form.seen.data or "")):
        flash(_("You answer for %(count)d title documents now.", count=len(moved)))
        return redirect(back)
    form.seen.data = service.told_of(rows)
    given = {"rows": rows, "kinds": KIND_TITLES, "project": found, "intro": found.title}
    return form_page(form, _("Confirm what you have taken over"), back, "vault/take_over.html", **given)


@blueprint.route("/projects/<int:project_id>/documents/new", methods=["GET", "POST"])
@requires(PREPARE)
def enter(project_id: int) -> ResponseReturnValue:
    found, form = credit.get_project(project_id), EnterForm()
    form.offer(list(credit.collateral(found.id)))
    service.expect_entitled(not_a_or_b(found))
    if not hindered(form, over(found)) and form.validate_on_submit():
        made = attempt(form, service.enter, found, form.facts, form.obtained_at)
        if made:
            flash(_("Entered: %(name)s.", name=made.name))
            return redirect(url_for(".project", project_id=found.id))
    return _page(form, found, _("Enter a title document"), url_for(".project", project_id=found.id))


@blueprint.route("/documents/<int:title_id>/change", methods=["GET", "POST"])
@requires(PREPARE)
def change(title_id: int) -> ResponseReturnValue:
    found, of_project = queries.get_title(title_id)
    service.expect_entitled(not_a_or_b(of_project))
    form = TitleForm(obj=found)
    form.offer(list(credit.collateral(of_project.id)))
    sound = not hindered(form, reports.hindrance(of_project, found, "change")) and form.validate_on_submit()
    current = sound and is_current(form, found, timeline("title_document", found.id))
    if current and attempt(form, service.change, of_project, found, form.facts):
        return redirect(url_for(".document", title_id=found.id))
    return _page(form, of_project, str(PATH["change"].title), url_for(".document", title_id=found.id))


@blueprint.route("/documents/<int:title_id>/obtain", methods=["GET", "POST"])
@requires(PREPARE)
def obtain(title_id: int) -> ResponseReturnValue:
    return _step(
        title_id,
        "obtain",
        lambda found: ObtainForm(**this_minute(), certificate_no=found.certificate_no),
        lambda of_project, found, form: service.obtain(
            of_project, found, form.certificate_no.data or "", form.obtained_at
        ),
    )


@blueprint.route("/documents/<int:title_id>/void", methods=["GET", "POST"])
@requires(PREPARE)
def void(title_id: int) -> ResponseReturnValue:
    return _step(
        title_id,
        "void",
        lambda _found: VoidForm(),
        lambda of_project, found, form: service.void(of_project, found, form.reason.data or ""),
    )


@blueprint.route("/documents/<int:title_id>/ask-void", methods=["GET", "POST"])
@requires(PREPARE)
def ask_void(title_id: int) -> ResponseReturnValue:
    return _step(
        title_id,
        "ask_void",
        lambda _found: VoidForm(),
        lambda of_project, found, form: service.ask_void(of_project, found, form.reason.data or ""),
    )


@blueprint.route("/documents/<int:title_id>/confirm-void", methods=["GET", "POST"])
@requires(READ)
def confirm_void(title_id: int) -> ResponseReturnValue:
    return _step(
        title_id,
        "confirm_void",
        lambda _found: StepForm(),
        lambda of_project, found, _form: service.confirm_void(of_project, found),
    )


@blueprint.route("/documents/<int:title_id>/keep", methods=["GET", "POST"])
@requires(READ)
def keep(title_id: int) -> ResponseReturnValue:
    return _step(
        title_id,
        "keep",
        lambda _found: VoidForm(),
        lambda of_project, found, form: service.keep(of_project, found, form.reason.data or ""),
    )


def _step(
    title_id: int,
    name: str,
    made: Callable[[TitleDocument], Any],
    act: Callable[[Project, TitleDocument, Any], Any],
) -> ResponseReturnValue:
    """A step's form; sent, it is done, unless the document moved on since the page was opened."""
    found, of_project = queries.get_title(title_id)
    service.expect_entitled(reports.ENTITLED[name](of_project))
    form, title = made(found), str(PATH[name].title)
    stand_on(form, found)
    sound = not hindered(form, reports.hindrance(of_project, found, name)) and form.validate_on_submit()
    if sound and opened_on(form, found) and attempt(form, act, of_project, found, form):
        flash(_("Done: %(action)s.", action=title))
        return redirect(url_for(".document", title_id=found.id))
    return _page(form, of_project, title, url_for(".document", title_id=found.id), found)


def _page(form: Any, of_project: Project, title: str, back: str, about: Any = None) -> ResponseReturnValue:
    told = " · ".join(part for part in (about.name, about.certificate_no) if part) if about else of_project.title
    return form_page(form, title, back, "vault/form.html", intro=told, project=of_project)
