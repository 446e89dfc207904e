"""Who is appointed custodian, since when, with what count."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers import service
from crm.archive.dossiers.forms import AppointmentEndForm, AppointmentForm
from crm.archive.dossiers.models import Appointment
from crm.archive.dossiers.models.custody import CUSTODIAN_TITLES, CustodianRole
from crm.archive.dossiers.service import Count
from crm.archive.dossiers.views.pages import APPOINT, OVERSEE, blueprint, colleagues, nobody
from crm.auth.models import User
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.web.forms import attempt, choices, form_page


@blueprint.get("/custodians")
@requires(OVERSEE)
def custodians() -> ResponseReturnValue:
    whole = joinedload(Appointment.user), joinedload(Appointment.appointed_by)
    held = select(Appointment).order_by(Appointment.starts.desc(), Appointment.id.desc())
    return render_template(
        "dossiers/custodians.html",
        appointments=session().scalars(held.options(*whole)).all(),
        titles=CUSTODIAN_TITLES,
        may_appoint=g.actor.may(APPOINT),
    )


@blueprint.route("/custodians/new", methods=["GET", "POST"])
@requires(APPOINT)
def appoint() -> ResponseReturnValue:
    form = AppointmentForm(data={"starts": business_day()})
    form.user_id.choices = choices(colleagues(nobody()))
    if form.validate_on_submit() and attempt(form, _appoint, form):
        flash(_("Appointed."))
        return redirect(url_for(".custodians"))
    return form_page(form, _("Appoint a custodian"), url_for(".custodians"))


def _appoint(form: Any) -> None:
    user = session().get(User, form.user_id.data)
    if user is None:
        raise DomainError(_("Choose whom to appoint."))
    service.appoint(CustodianRole(form.role.data), user, form.starts.data, _count(form))


def _count(form: Any) -> Count:
    return Count(counted=form.counted.data, remark=form.remark.data or "")


@blueprint.route("/custodians/<int:appointment_id>/end", methods=["GET", "POST"])
@requires(APPOINT)
def end_appointment(appointment_id: int) -> ResponseReturnValue:
    """Without a successor: from then on nobody receives."""
    query = select(Appointment).filter_by(id=appointment_id).options(joinedload(Appointment.user))
    appointment = session().scalars(query).one_or_none() or abort(404)
    form = AppointmentEndForm(data={"ends": business_day()})
    if form.validate_on_submit():
        said = (appointment, form.ends.data, _count(form))
        if attempt(form, service.end_appointment, *said):
            return redirect(url_for(".custodians"))
    intro = f"{appointment.user.full_name} · {CUSTODIAN_TITLES[appointment.role]}"
    return form_page(form, _("End the appointment"), url_for(".custodians"), intro=intro)
