"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from flask import abort, request
from flask_babel import gettext as _

from crm.auth.queries import departments
from crm.complaints.categories.models import CONTRACTORS
from crm.complaints.figures.asked import Asked
from crm.complaints.figures.forms import AskedForm
from crm.dates import utc_now
from crm.properties.asking import asked_estates, one_of
from crm.properties.queries import building_names
from crm.web.forms import choices


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the months are wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = asked_estates(form.estate_id)
    buildings, ours = building_names(estates), departments()
    contractors = {entry.code: entry.title for entry in CONTRACTORS.entries()}
    building_id, department_id = one_of(buildings, form.building_id), one_of(ours, form.department_id)
    contractor = form.contractor.data or ""
    if contractor and contractor not in contractors:
        abort(404)
    for field, titles in (
        (form.building_id, buildings),
        (form.department_id, ours),
        (form.contractor, contractors),
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
        department_id=department_id,
        contractor=contractor,
    )
