"""The work list, one finding, and the look that ends it: nobody ends it by hand."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.checking import MEASURE_TITLES
from crm.archive.dossiers.queries import get_dossier
from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.auth.titles import ROLE_TITLES
from crm.dates import business_day
from crm.db import session
from crm.lists import listing
from crm.review import history, listings, queries, service
from crm.review.due import is_living
from crm.review.forms import HandOutForm, NoteForm
from crm.review.looking import Seen
from crm.review.models import Finding
from crm.review.owners import candidates_for
from crm.review.views.pages import KEEP, MEND, READ, blueprint
from crm.review.wording import advice_of, detail_of, fault, place_of, title_of_kind
from crm.web.forms import attempt, choices, form_page, hindered, id_in, is_current


@blueprint.route("/findings", methods=["GET", "POST"])
@requires(READ)
def findings() -> ResponseReturnValue:
    """The address may narrow it to one dossier."""
    wanted = id_in(request.args.get("dossier", ""))
    described = listings.findings(
        business_day(),
        cured=request.args.get("state") == "cured",
        dossier=get_dossier(wanted) if wanted else None,
        review_id=id_in(request.args.get("review", "")),
    )
    return listing.answer(described)


@blueprint.get("/findings/<int:finding_id>")
@requires(READ)
def finding(finding_id: int) -> ResponseReturnValue:
    found = queries.get_finding(finding_id)
    return render_template(
        "review/finding.html",
        finding=found,
        dossier=found.dossier,
        title=title_of_kind(found.kind),
        detail=detail_of(found),
        advice=advice_of(found.kind),
        place=place_of(found, found.dossier.subject_id),
        measure=MEASURE_TITLES[found.measure],
        measure_tone=listings.MEASURE_TONES[found.measure],
        desk=ROLE_TITLES[found.role],
        is_late=found.cured_at is None and found.due_on < business_day(),
        may_keep=g.actor.may(KEEP),
        events=history.of_finding(found),
    )


@blueprint.post("/findings/<int:finding_id>/check")
@requires(MEND)
def check(finding_id: int) -> ResponseReturnValue:
    """Look at its dossier again."""
    found = queries.get_finding(finding_id)
    service.look_again(found.dossier)
    session().refresh(found)
    if found.cured_at:
        flash(_("Cured: the fault is not there any more."))
    else:
        flash(_("Still there: %(fault)s.", fault=fault(found)), "warning")
    return redirect(url_for(".finding", finding_id=found.id), 303)


@blueprint.post("/dossiers/<int:dossier_id>/check")
@requires(MEND)
def look(dossier_id: int) -> ResponseReturnValue:
    """A whole dossier again; then what is left of it to mend."""
    dossier = get_dossier(dossier_id)
    if not is_living(dossier):
        flash(_("This dossier is not looked at: only living ones are."), "error")
    else:
        flash(_told(service.look_again(dossier)))
    return redirect(url_for(".findings", dossier=dossier.id), 303)


def _told(seen: Seen) -> str:
    return _("Looked at again: %(new)d new, %(cured)d cured.", new=seen.new, cured=seen.cured)


@blueprint.route("/findings/<int:finding_id>/note", methods=["GET", "POST"])
@requires(MEND)
def note(finding_id: int) -> ResponseReturnValue:
    found = queries.get_finding(finding_id)
    return _change(found, NoteForm(obj=found), _("Note"), lambda form: service.note(found, form.note.data))


@blueprint.route("/findings/<int:finding_id>/hand-out", methods=["GET", "POST"])
@requires(KEEP)
def hand_out(finding_id: int) -> ResponseReturnValue:
    found = queries.get_finding(finding_id)
    form = HandOutForm(obj=found)
    people = {user.id: user.full_name for user in candidates_for(found)}
    form.owner_id.choices = choices(people, empty=_("Nobody so far"))
    return _change(
        found, form, _("Hand out"), lambda form: service.hand_out(found, form.owner_id.data, form.due_on.data)
    )


def _change(found: Finding, form: Any, title: str, act: Any) -> ResponseReturnValue:
    back, log = url_for(".finding", finding_id=found.id), timeline("finding", found.id)
    free = not hindered(form, service.cured(found))
    if form.validate_on_submit() and free and is_current(form, found, log) and attempt(form, act, form):
        flash(_("Kept."))
        return redirect(back, 303)
    name = found.dossier.code or found.dossier.title
    return form_page(form, title, back, intro=f"{name} · {fault(found)}")
