"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask_babel import gettext as _
from sqlalchemy import select

from crm.dates import business_day, utc_now
from crm.db import session
from crm.properties.models import Building
from crm.properties.queries import estate_names, get_building, get_estate
from crm.repairs.figures.asked import Asked, may_name_workers
from crm.repairs.figures.forms import AskedForm
from crm.repairs.workers.queries import workers_of
from crm.web.forms import choices


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the months are wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = _estates(form)
    building_id, worker_id = _id(form.building_id), _id(form.worker_id)
    if building_id is not None and get_building(building_id).estate_id not in estates:
        abort(404)
    workers = workers_of([*estates]) if may_name_workers() else {}
    _offer(form, estates, workers)
    if not valid:
        return form, None
    first = form.month.data or form.until.data or business_day().replace(day=1)
    form.month.data, form.until.data = first, form.until.data or first
    return form, Asked(
        begins=first,
        last=form.until.data,
        now=utc_now(),
        estates=estates,
        building_id=building_id,
        worker_id=worker_id,
        names_workers=may_name_workers(),
    )


def _id(field: Any) -> int | None:
    text = field.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _estates(form: AskedForm) -> dict[int, str]:
    """The one asked for, else the one chosen in the top bar, else all that the person sees."""
    wanted = _id(form.estate_id) or g.actor.estate_id
    if wanted is None:
        return estate_names()
    estate = get_estate(wanted)
    return {estate.id: estate.name}


def _offer(form: AskedForm, estates: dict[int, str], workers: dict[int, str]) -> None:
    """`estates` are those of the figures; any of the person's may be chosen instead."""
    offered: Any = {field: getattr(form, field) for field in ("estate_id", "building_id", "worker_id")}
    several = len(estates) > 1
    found = select(Building.id, Building.number, Building.estate_id).where(Building.estate_id.in_(estates))
    buildings = {
        row.id: f"{estates[row.estate_id]} {row.number}" if several else row.number
        for row in session().execute(found.order_by(Building.estate_id, Building.sort_key))
    }
    titles = {"estate_id": estate_names(), "building_id": buildings, "worker_id": workers}
    for name, field in offered.items():
        field.choices = choices(titles[name], empty=_("All"))


def told(form: AskedForm) -> dict[str, str]:
    """What stands in the address of the workbook and the paper."""
    return {name: text for name in form.data if (text := request.args.get(name, ""))}
