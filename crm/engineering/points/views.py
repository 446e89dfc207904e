"""The lists of points, entering many at once, a point's own page, and the sheet of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.dates import business_day
from crm.engineering.drawings.queries import versions_to_choose
from crm.engineering.origins import origin_of
from crm.engineering.points import listings, papers, queries, service
from crm.engineering.points.forms import EndForm, EnterForm, FileForm, PhotoForm, ReplaceForm
from crm.engineering.points.history import EVENT_DETAILS, EVENT_TITLES
from crm.engineering.points.models import ServicePoint
from crm.engineering.points.pasting import Line, read
from crm.engineering.points.service import Source
from crm.engineering.trades import TRADE_TITLES
from crm.engineering.wording import happenings
from crm.files.showing import shown
from crm.lists import listing
from crm.properties.models import Unit
from crm.properties.queries import get_unit
from crm.web.download import attachment
from crm.web.forms import attempt, choices, form_page

blueprint = Blueprint("points", __name__, url_prefix="/engineering/points")
READ, KEEP = Permission.engineering_read, Permission.engineering_keep
MEASURED = ("what", "room", "spot", "height", "distance", "note")


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.points())


@blueprint.get("/units/<int:unit_id>")
@requires(READ)
def of_unit(unit_id: int) -> ResponseReturnValue:
    unit = get_unit(unit_id)
    new = url_for(".enter", unit_id=unit.id) if g.actor.may(KEEP) else None
    return listing.answer(listings.of_unit(unit), new_url=new, new_text=_("Enter points"))


@blueprint.get("/units/<int:unit_id>/sheet.pdf")
@requires(READ)
def sheet(unit_id: int) -> ResponseReturnValue:
    unit = get_unit(unit_id)
    return attachment(papers.sheet(unit), f"{unit.label} 机电点位表.pdf", "application/pdf", inline=True)


@blueprint.post("/units/<int:unit_id>/sheet")
@requires(KEEP)
def file_sheet(unit_id: int) -> ResponseReturnValue:
    unit, form = get_unit(unit_id), FileForm()
    service.file_sheet(unit, form.key.data or None)
    flash(_("It is being filed: its archive number stands here in a moment."))
    return redirect(_back(unit))


@blueprint.get("/sheets/<int:point_sheet_id>.pdf")
@requires(READ)
def filed_sheet(point_sheet_id: int) -> ResponseReturnValue:
    made = queries.get_sheet(point_sheet_id)
    return attachment(papers.filed_sheet(made), f"{made.unit.label} 机电点位表.pdf", "application/pdf", inline=True)


def _back(unit: Unit) -> str:
    return url_for("unit_files.show", unit_id=unit.id)


@blueprint.route("/units/<int:unit_id>/new", methods=["GET", "POST"])
@requires(KEEP)
def enter(unit_id: int) -> ResponseReturnValue:
    """All lines or none: every fault is named with its line, and the text stays."""
    unit = get_unit(unit_id)
    form: Any = EnterForm(key=token_hex(12))
    _offer(form, unit)
    if form.validate_on_submit() and (lines := _read(form)) and _enter(form, unit, lines):
        flash(_("%(count)d points are entered.", count=len(lines)))
        return redirect(_back(unit))
    return form_page(form, _("Enter points"), _back(unit), intro=unit.label)


def _offer(form: Any, unit: Unit) -> None:
    form.drawing_version_id.choices = choices(versions_to_choose(unit), empty=_("No drawing"))
    if not form.is_submitted():
        form.valid_from.data = business_day()


def _read(form: Any) -> Sequence[Line]:
    found = read(form.pasted.data)
    form.pasted.errors = [*form.pasted.errors, *found.faults]
    return () if found.faults else found.lines


def _enter(form: Any, unit: Unit, lines: Sequence[Line]) -> bool:
    attempt(form, service.enter, unit, lines, _source(form), form.key.data or None)
    return not form.form_errors


def _source(form: Any) -> Source:
    return Source(valid_from=form.valid_from.data, drawing_version_id=form.drawing_version_id.data)


@blueprint.get("/<int:service_point_id>")
@requires(READ)
def show(service_point_id: int) -> ResponseReturnValue:
    return _page(queries.get_point(service_point_id), PhotoForm(key=token_hex(12)))


def _page(point: ServicePoint, form: PhotoForm) -> ResponseReturnValue:
    """With everything that had its code before."""
    line = queries.line_of(point)
    page = render_template(
        "engineering/point.html",
        point=point,
        line=line,
        trade=TRADE_TITLES[point.trade],
        stands=queries.stands(point.id),
        photos=queries.photos_of([each.id for each in line]),
        origin=origin_of(point.about_kind, point.about_id),
        may_keep=g.actor.may(KEEP),
        form=form,
        events=happenings("service_point", point.id, EVENT_TITLES, EVENT_DETAILS),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<int:service_point_id>/photos")
@requires(KEEP)
def add_photo(service_point_id: int) -> ResponseReturnValue:
    point, form = queries.get_point(service_point_id), PhotoForm()
    if form.validate() and attempt(
        form, service.add_photo, point, form.photo.data.read(), form.photo.data.filename, form.key.data or None
    ):
        flash(_("The photo is kept."))
        return redirect(url_for(".show", service_point_id=point.id))
    return _page(point, form)


@blueprint.get("/photos/<int:point_photo_id>")
@requires(READ)
def photo(point_photo_id: int) -> ResponseReturnValue:
    return shown(queries.get_photo(point_photo_id).upload)


@blueprint.route("/<int:service_point_id>/replace", methods=["GET", "POST"])
@requires(KEEP)
def replace(service_point_id: int) -> ResponseReturnValue:
    point = queries.get_point(service_point_id)
    form: Any = ReplaceForm(data={name: getattr(point, name) for name in MEASURED} | {"key": token_hex(12)})
    _offer(form, point.unit)
    if form.validate_on_submit() and (made := attempt(form, _replace, point, form)):
        flash(_("%(code)s is noted anew; what it was stays readable.", code=point.code))
        return redirect(url_for(".show", service_point_id=made.id))
    back = url_for(".show", service_point_id=point.id)
    return form_page(form, _("Note the point anew"), back, intro=_intro(point))


def _replace(point: ServicePoint, form: Any) -> ServicePoint:
    told = {name: form[name].data for name in MEASURED}
    given: dict[str, Any] = {
        name: value if name in ("height", "distance") else value or "" for name, value in told.items()
    }
    line = Line(trade=point.trade, **given)
    return service.replace(point, line, _source(form), form.reason.data, form.key.data or None)


@blueprint.route("/<int:service_point_id>/end", methods=["GET", "POST"])
@requires(KEEP)
def end(service_point_id: int) -> ResponseReturnValue:
    point, form = queries.get_point(service_point_id), EndForm()
    if form.validate_on_submit() and attempt(form, service.end, point, form.ended_on.data, form.reason.data):
        flash(_("%(code)s is gone; what it was stays readable.", code=point.code))
        return redirect(_back(point.unit))
    back = url_for(".show", service_point_id=point.id)
    return form_page(form, _("The point is gone"), back, intro=_intro(point), button=_("It is gone"))


def _intro(point: ServicePoint) -> str:
    return " · ".join(filter(None, (point.unit.label, point.code, point.what, point.room)))
