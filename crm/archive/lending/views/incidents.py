"""An incident: what is missing or damaged, and what came of it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.lending import queries, service
from crm.archive.lending.forms import CloseForm, close_form
from crm.archive.lending.models import LENDING_INCIDENT_TITLES
from crm.archive.lending.service import incidents
from crm.archive.lending.views.pages import READ, back, blueprint, part_page
from crm.auth.permissions import requires
from crm.web.forms import attempt, hindered, opened_on, stand_on


@blueprint.route("/incidents/<int:lending_incident_id>", methods=["GET", "POST"])
@requires(READ)
def incident(lending_incident_id: int) -> ResponseReturnValue:
    found, slip = queries.get_incident(lending_incident_id)
    form = close_form(found.kind)
    stand_on(form, found)
    refusal = incidents.not_to_close(found, slip)
    ready = form.is_submitted() and not hindered(form, refusal) and form.validate() and opened_on(form, found)
    if ready and attempt(form, _close, found.id, form):
        return back(slip, _("The incident is closed."))
    return part_page(
        form,
        slip,
        f"{found.number} {LENDING_INCIDENT_TITLES[found.kind]}",
        "lending/incident.html",
        incident=found,
        refusal=refusal,
    )


def _close(incident_id: int, form: CloseForm) -> None:
    service.close_incident(incident_id, form.result.data or "", form.version.data, form.what)
