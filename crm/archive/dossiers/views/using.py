"""What something filed is needed for, asked once a day for each dossier; and who used what, 利用登记 (P-04)."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers import listings, service
from crm.archive.dossiers.forms import UseForm
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service import Used
from crm.archive.dossiers.views.pages import TRACE, blueprint, part_form
from crm.auth.permissions import requires
from crm.lists import listing
from crm.web.application import writing


def purpose_first(dossier: Dossier, used: Used) -> ResponseReturnValue | None:
    """The page that asks what for, or on from it; None when the use is noted. What is in preparation is not used yet.

    The page is answered at its own address, so whoever calls takes POST; what can be had by GET then is.
    """
    if dossier.state is DossierState.forming or request.method == "HEAD":
        return None
    form = UseForm()
    if form.note.name not in request.form:
        purpose = service.purpose_today(dossier.id)
    else:
        purpose = form.said if form.validate() else None
    if purpose is None:
        return part_form(form, dossier, _("What is it needed for?"), button=_("Go on"))
    with writing():
        service.note_use(dossier.id, used, purpose)
    return redirect(request.full_path.rstrip("?"), 303) if request.method == "POST" and _by_get() else None


def _by_get() -> bool:
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())


@blueprint.get("/uses")
@requires(TRACE)
def uses() -> ResponseReturnValue:
    return listing.answer(listings.uses())
