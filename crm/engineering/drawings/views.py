"""The list of drawings, a drawing's own page, its versions and files."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.engineering.drawings import listings, queries, service
from crm.engineering.drawings.forms import DescribeForm, EnterForm, VersionForm, WithdrawForm
from crm.engineering.drawings.history import EVENT_DETAILS, EVENT_TITLES
from crm.engineering.drawings.models import KIND_TITLES, Drawing, DrawingKind
from crm.engineering.drawings.service import Brought, Described, Place, place_of
from crm.engineering.filed import DRAWING, filed_of, lent_words
from crm.engineering.origins import origin_of
from crm.engineering.wording import happenings
from crm.files.showing import shown
from crm.lists import listing
from crm.properties.forms import estate_choices
from crm.properties.queries import (
    building_names,
    estate_names,
    get_building,
    get_estate,
    get_unit,
    get_unit_called,
    visible_estates,
)
from crm.web.forms import attempt, choices, form_page, id_in, is_current

blueprint = Blueprint("drawings", __name__, url_prefix="/engineering/drawings")
READ, KEEP = Permission.engineering_read, Permission.engineering_keep


@blueprint.route("/", methods=["GET", "POST"])
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for(".new") if g.actor.may(KEEP) else None
    return listing.answer(listings.drawings(business_day()), new_url=new, new_text=_("Enter a drawing"))


@blueprint.get("/<int:drawing_id>")
@requires(READ)
def show(drawing_id: int) -> ResponseReturnValue:
    drawing = queries.get_drawing(drawing_id)
    versions = queries.versions_of(drawing.id)
    return render_template(
        "engineering/drawing.html",
        drawing=drawing,
        place=place_of(drawing),
        kind=KIND_TITLES[drawing.kind],
        versions=versions,
        current=next((each for each in versions if each.withdrawal is None), None),
        filed=filed_of(DRAWING, [each.id for each in versions]),
        origins={each.id: origin_of(each.about_kind, each.about_id) for each in versions if each.about_kind},
        lent=lent_words,
        may_keep=g.actor.may(KEEP),
        events=happenings("drawing", drawing.id, EVENT_TITLES, EVENT_DETAILS),
    )


def _offer(form: Any) -> None:
    form.estate_id.choices = estate_choices(visible_estates())
    form.building_id.choices = choices(building_names(estate_names()), empty=_("None chosen"))


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> ResponseReturnValue:
    """`unit_id` in the address proposes the unit."""
    about = id_in(request.args.get("unit_id", ""))
    unit = get_unit(about) if about is not None else None
    proposed = {"estate_id": unit.estate_id, "unit": unit.label} if unit else {"estate_id": actor().estate_id}
    form: Any = EnterForm(key=token_hex(12), **proposed)
    _offer(form)
    if form.validate_on_submit() and (made := attempt(form, _enter, form)):
        flash(_("Drawing %(number)s is entered.", number=made.number))
        return redirect(url_for(".show", drawing_id=made.id))
    back = url_for("unit_files.show", unit_id=unit.id) if unit else url_for(".index")
    return form_page(form, _("Enter a drawing"), back, intro=unit.label if unit else "")


def _enter(form: Any) -> Drawing:
    return service.enter(_described(form), _brought(form), form.key.data or None)


def _described(form: Any) -> Described:
    estate, unit = get_estate(form.estate_id.data), form.unit.data
    place = Place(
        estate=estate,
        building=get_building(form.building_id.data) if form.building_id.data else None,
        unit=get_unit_called(estate.id, unit) if unit else None,
    )
    return Described(kind=DrawingKind(form.kind.data), number=form.number.data, title=form.title.data, place=place)


def _brought(form: Any) -> Brought:
    said: dict[str, Any] = {name: form[name].data or "" for name in ("rev", "maker", "changes")}
    return Brought(content=form.file.data.read(), name=form.file.data.filename, dated_on=form.dated_on.data, **said)


@blueprint.route("/<int:drawing_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(drawing_id: int) -> ResponseReturnValue:
    drawing = queries.get_drawing(drawing_id)
    form: Any = DescribeForm(data=_as_described(drawing))
    _offer(form)
    back = url_for(".show", drawing_id=drawing.id)
    current = form.validate_on_submit() and is_current(form, drawing, timeline("drawing", drawing.id))
    if current and attempt(form, lambda: service.describe(drawing, _described(form))):
        flash(_("Saved."))
        return redirect(back)
    return form_page(form, _("Describe the drawing anew"), back, intro=drawing.number)


def _as_described(drawing: Drawing) -> dict[str, Any]:
    """A unit says its building by itself."""
    told = {name: getattr(drawing, name) for name in ("version", "estate_id", "kind", "number", "title")}
    if drawing.unit is not None:
        return told | {"unit": drawing.unit.label, "building_id": None}
    return told | {"unit": "", "building_id": drawing.building_id}


@blueprint.route("/<int:drawing_id>/versions/new", methods=["GET", "POST"])
@requires(KEEP)
def new_version(drawing_id: int) -> ResponseReturnValue:
    drawing = queries.get_drawing(drawing_id)
    form: Any = VersionForm(key=token_hex(12))
    back = url_for(".show", drawing_id=drawing.id)
    if form.validate_on_submit() and attempt(
        form, lambda: service.add_version(drawing, _brought(form), form.key.data or None)
    ):
        flash(_("Version %(rev)s counts from now on.", rev=form.rev.data))
        return redirect(back)
    return form_page(form, _("Add a version"), back, intro=f"{drawing.number} {drawing.title}")


@blueprint.route("/versions/<int:drawing_version_id>/withdraw", methods=["GET", "POST"])
@requires(KEEP)
def withdraw(drawing_version_id: int) -> ResponseReturnValue:
    version, form = queries.get_version(drawing_version_id), WithdrawForm()
    back = url_for(".show", drawing_id=version.drawing_id)
    if form.validate_on_submit() and attempt(form, service.withdraw, version, form.reason.data):
        flash(_("Version %(rev)s is withdrawn. It stays readable.", rev=version.rev))
        return redirect(back)
    title = _("Withdraw version %(rev)s", rev=version.rev)
    return form_page(form, title, back, intro=f"{version.drawing.number} {version.drawing.title}", button=title)


@blueprint.post("/versions/<int:drawing_version_id>/file")
@requires(KEEP)
def file(drawing_version_id: int) -> ResponseReturnValue:
    version = queries.get_version(drawing_version_id)
    service.file(version)
    flash(_("It is being filed: its archive number stands here in a moment."))
    return redirect(url_for(".show", drawing_id=version.drawing_id))


@blueprint.get("/versions/<int:drawing_version_id>")
@requires(READ)
def fetch(drawing_version_id: int) -> ResponseReturnValue:
    return shown(queries.get_version(drawing_version_id).upload)
