"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request
from flask_babel import gettext as _

from crm.dates import business_day, utc_now
from crm.properties.queries import estate_names, get_estate
from crm.repairs.figures.asked import Asked, may_name_workers
from crm.repairs.figures.besides import building_names
from crm.repairs.figures.forms import AskedForm
from crm.repairs.workers.queries import workers_of
from crm.web.forms import choices


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the months are wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = _estates(form)
    buildings, workers = building_names(estates), workers_of([*estates]) if may_name_workers() else {}
    building_id = _one_of(buildings, form.building_id)
    worker_id = _one_of(workers, form.worker_id) if may_name_workers() else None
    for field, titles in (
        (form.estate_id, estate_names()),  # any of the person's may be chosen instead
        (form.building_id, buildings),
        (form.worker_id, workers),
    ):
        field.choices = choices(titles, empty=_("All"))
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


def _one_of(offered: dict[int, str], field: Any) -> int | None:
    """404 for one that is not offered: nobody learns how it is called."""
    chosen = _id(field)
    return abort(404) if chosen is not None and chosen not in offered else chosen


def _estates(form: AskedForm) -> dict[int, str]:
    """The one asked for, else the one chosen in the top bar, else all that the person sees."""
    wanted = _id(form.estate_id) or g.actor.estate_id
    if wanted is None:
        return estate_names()
    estate = get_estate(wanted)
    return {estate.id: estate.name}


def told(form: AskedForm) -> dict[str, str]:
    """What stands in the address of the workbook and the paper."""
    return {name: text for name in form.data if (text := request.args.get(name, ""))}
