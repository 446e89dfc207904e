"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from flask import abort, request

from crm.dates import utc_now
from crm.properties.asking import asked_estates
from crm.statistics.asked import Asked
from crm.statistics.forms import AskedForm


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the month is wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = asked_estates(form.estate_id)
    if not valid:
        return form, None
    return form, Asked(month=form.settle(), estates=estates, now=utc_now())


def wanted() -> Asked:
    """Of a workbook or a paper, whose address nobody types."""
    _form, found = asked()
    return found or abort(404)
