"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from crm.dates import utc_now
from crm.properties.asking import asked_estates, one_of
from crm.properties.queries import building_names
from crm.repairs.figures.asked import Asked, may_name_workers
from crm.repairs.figures.forms import AskedForm
from crm.repairs.workers.queries import workers_of
from crm.web.forms import choices


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the months are wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = asked_estates(form.estate_id)
    buildings, workers = building_names(estates), workers_of([*estates]) if may_name_workers() else {}
    building_id = one_of(buildings, form.building_id)
    worker_id = one_of(workers, form.worker_id) if may_name_workers() else None
    for field, titles in (
        (form.building_id, buildings),
        (form.worker_id, workers),
    ):
        field.choices = choices(titles, empty=_("All"))
    if not valid:
        return form, None
    first, last = form.settle()
    return form, Asked(
        begins=first,
        last=last,
        now=utc_now(),
        estates=estates,
        building_id=building_id,
        worker_id=worker_id,
        names_workers=may_name_workers(),
    )
