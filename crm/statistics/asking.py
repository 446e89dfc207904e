"""From the address to what is asked: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from flask import abort, request
from flask_babel import gettext as _

from crm.dates import utc_now
from crm.properties.asking import asked_estates
from crm.properties.queries import estate_names
from crm.statistics.asked import Asked
from crm.statistics.forms import AskedForm
from crm.web.forms import choices


def asked() -> tuple[AskedForm, Asked | None]:
    """None, with the reason at the field, where the month is wrong."""
    form = AskedForm(request.args or None)
    valid = form.validate() if request.args else True
    estates = asked_estates(form.estate_id)
    form.estate_id.choices = choices(estate_names(), empty=_("All"))
    if not valid:
        return form, None
    return form, Asked(month=form.settle(), estates=estates, now=utc_now())


def wanted() -> Asked:
    """Of a workbook or a paper, whose address nobody types."""
    _form, found = asked()
    return found or abort(404)
