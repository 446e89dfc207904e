"""The archive's places, and where a dossier is."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import queries, service
from crm.archive.dossiers.forms import CustodyForm, LocationEditForm, LocationForm
from crm.archive.dossiers.models import Dossier, Location
from crm.archive.dossiers.models.custody import LOCATION_TITLES, TITLES_ONLY, LocationKind
from crm.archive.dossiers.service.custody import CAUSE_TITLES, current
from crm.archive.dossiers.views.pages import KEEP, READ, back_to, blueprint, colleagues, part_form
from crm.archive.dossiers.views.papers import MOST_LABELS
from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.errors import Stale
from crm.web.forms import attempt, choices, form_page, is_current

BY_HAND = ("placed", "handed_over", "returned", "other")


@blueprint.route("/dossiers/<int:dossier_id>/custody", methods=["GET", "POST"])
@requires(KEEP)
def custody(dossier_id: int) -> ResponseReturnValue:
    """To a place, or into somebody's hands."""
    dossier = queries.get_dossier(dossier_id)
    held = current(dossier)
    form = CustodyForm(data={"version": held.id if held else 0})
    places = {each.id: each.path for each in queries.locations() if each.in_use and each.kind not in TITLES_ONLY}
    form.location_id.choices = choices({0: _("No place"), **places})
    form.holder_id.choices = choices({**colleagues(_("Nobody")), **_oneself()})
    form.cause.choices = choices({cause: CAUSE_TITLES[cause] for cause in BY_HAND})
    if form.validate_on_submit() and attempt(form, _move, dossier, form):
        return back_to(dossier, "custody")
    return part_form(form, dossier, _("Put or hand over"), "custody")


def _oneself() -> dict[int, str]:
    return {g.actor.user_id: g.actor.name}


def _move(dossier: Dossier, form: Any) -> None:
    held = current(dossier)
    if held and form.version.data != held.id:
        raise Stale(_("The dossier was moved since you opened this page. Look where it is now."))
    place = queries.get_location(form.location_id.data) if form.location_id.data else None
    given = {"place": place, "holder_id": form.holder_id.data, "home": form.home.data}
    service.move_by_hand(dossier, form.cause.data, **given)


@blueprint.get("/locations")
@requires(READ)
def locations() -> ResponseReturnValue:
    """The tree of places, with how many dossiers lie in each."""
    places = queries.locations()
    return render_template(
        "dossiers/locations.html",
        places=[(place, place.path.count(" / "), LOCATION_TITLES[place.kind]) for place in places],
        counts=queries.counts_by_place(),
        labels_on_part=MOST_LABELS,
        may_keep=g.actor.may(KEEP),
    )


@blueprint.route("/locations/new", methods=["GET", "POST"])
@requires(KEEP)
def new_location() -> ResponseReturnValue:
    form = LocationForm()
    inside = {each.id: each.path for each in queries.locations() if each.in_use}
    form.parent_id.choices = choices({0: _("Nothing: it is a room"), **inside})
    if form.validate_on_submit() and attempt(form, _add, form):
        flash(_("The place is added."))
        return redirect(url_for(".locations"))
    return form_page(form, _("Add a place"), url_for(".locations"))


def _add(form: Any) -> Location:
    parent = queries.get_location(form.parent_id.data) if form.parent_id.data else None
    return service.add_location(LocationKind(form.kind.data), form.code.data, parent, form.note.data or "")


@blueprint.route("/locations/<int:location_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit_location(location_id: int) -> ResponseReturnValue:
    place = queries.get_location(location_id)
    form = LocationEditForm(obj=place)
    if form.validate_on_submit() and is_current(form, place, timeline("location", place.id)):
        said = (place, form.code.data, form.note.data or "")
        if attempt(form, service.change_location, *said, in_use=form.in_use.data):
            return redirect(url_for(".locations"))
    return form_page(form, _("Change the place"), url_for(".locations"), intro=place.path)
