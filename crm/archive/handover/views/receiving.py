"""The archivist's part: the check against B's list, rejecting, receiving."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.handover.forms import ReasonForm, ReceiveForm
from crm.archive.handover.models import Party, RegisterEntry
from crm.archive.handover.path import PATH
from crm.archive.handover.service import receiving, steps
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.auditing import ticked
from crm.archive.handover.views.pages import back, blueprint, load, step_page
from crm.archive.handover.views.signing import show_version, sign_page, signing
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.web.forms import attempt


@blueprint.post("/<int:handover_id>/check")
@requires(PATH["check"].permission)
def check(handover_id: int) -> ResponseReturnValue:
    """The archivist's ticks of the whole page."""
    return ticked(handover_id, Party.archivist)


@blueprint.route("/<int:handover_id>/reject", methods=["GET", "POST"])
@requires(PATH["reject"].permission)
def reject(handover_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return step_page(
        handover_id,
        "reject",
        form,
        lambda standing: steps.take(standing, "reject", form.reason.data or ""),
        question=_("Dossier and list go back to B. Say what does not agree with the list."),
    )


@blueprint.route("/<int:handover_id>/receive", methods=["GET", "POST"])
@requires(PATH["receive"].permission)
@confirmed_for_this
def receive(handover_id: int) -> ResponseReturnValue:
    """The third signature, and with it number, register and filing."""
    standing = load(handover_id)
    PATH.expect(standing, "receive")
    form = ReceiveForm()
    show_version(form, standing)
    if not form.is_submitted():
        form.received_on.data = business_day()
    if form.validate_on_submit() and (entry := attempt(form, _received, standing, form)):
        return back(standing, _("Received under %(serial)s; the dossier is filed.", serial=entry.number.text))
    return sign_page(form, standing, str(PATH["receive"].title))


def _received(standing: Standing, form: ReceiveForm) -> RegisterEntry:
    day = form.received_on.data or business_day()  # the field is required
    return receiving.receive(standing, signing(form), day)
