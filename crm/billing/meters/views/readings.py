"""One reading: entering it with a photograph, correcting it, finding an odd one right."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.billing.meters import queries, service
from crm.billing.meters.consumption import ANOMALY_TITLES, Anomaly
from crm.billing.meters.forms import ConfirmForm, CorrectForm, ReadForm
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.billing.meters.service import Taken
from crm.billing.meters.views.pages import READ, RUN, address, blueprint, kept, meter_page
from crm.dates import business_day
from crm.files import store
from crm.web.download import attachment
from crm.web.forms import attempt
from crm.web.templating import exact

SHOWN = ("image/png", "image/jpeg", "application/pdf")


@blueprint.route("/<int:meter_id>/read", methods=["GET", "POST"])
@requires(RUN)
def read(meter_id: int) -> ResponseReturnValue:
    found, form = queries.get_meter(meter_id), ReadForm(read_on=business_day())
    if form.validate_on_submit() and attempt(form, lambda: service.read(found, _taken(form, found))):
        flash(told(found))
        return redirect(address(found.id))
    return meter_page(form, found, _("Enter a reading"), before=queries.last_reading(found.id))


def _taken(form: Any, meter: Meter) -> Taken:
    return Taken(
        value=form.value.data,
        read_on=form.read_on.data,
        rolled=form.rolled.data,
        kind=ReadingKind(form.kind.data),
        note=form.note.data or "",
        upload=kept(form.photo.data, meter.estate_id),
    )


def told(meter: Meter) -> str:
    """What was used up to the newest reading, and what is odd about it."""
    last = queries.last_reading(meter.id)
    row = queries.counting(meter.id).get(last.id) if last else None
    if row is None or row.quantity is None:
        return _("The reading is entered.")
    used = f"{exact(queries.quantity_of(row.quantity))} {meter.unit_word}"
    if row.open:
        return _(
            "Entered: %(used)s. %(odd)s: it is billed once somebody has looked at it.",
            used=used,
            odd=ANOMALY_TITLES[Anomaly(row.anomaly)],
        )
    return _("Entered: %(used)s.", used=used)


@blueprint.route("/readings/<int:reading_id>/correct", methods=["GET", "POST"])
@requires(RUN)
def correct(reading_id: int) -> ResponseReturnValue:
    reading = queries.get_reading(reading_id)
    meter = queries.get_meter(reading.meter_id)
    form = CorrectForm(read_on=reading.read_on, value=reading.value, rolled=reading.rolled)
    if form.validate_on_submit() and attempt(form, _corrected, form, reading, meter):
        flash(_("Corrected. The old reading stays readable."))
        return redirect(address(meter.id))
    reason = service.correction_hindrance(reading, meter)
    if reason and not form.is_submitted():
        form.form_errors.append(reason)
    return meter_page(form, meter, _("Correct the reading"), before=None)


def _corrected(form: Any, reading: MeterReading, meter: Meter) -> MeterReading:
    taken = Taken(
        value=form.value.data,
        read_on=form.read_on.data,
        rolled=form.rolled.data,
        kind=reading.kind,
        note=form.note.data,
        upload=kept(form.photo.data, meter.estate_id),
    )
    return service.correct(reading, taken)


@blueprint.route("/readings/<int:reading_id>/confirm", methods=["GET", "POST"])
@requires(RUN)
def confirm(reading_id: int) -> ResponseReturnValue:
    reading = queries.get_reading(reading_id)
    meter, form = queries.get_meter(reading.meter_id), ConfirmForm()
    row = queries.counting(meter.id).get(reading.id)
    odd = Anomaly(row.anomaly) if row and row.anomaly else None
    if form.validate_on_submit() and attempt(form, service.confirm, reading, odd, form.remark.data):
        flash(_("Found right: it is billed with the next run."))
        return redirect(address(meter.id))
    return meter_page(form, meter, _("Find the reading right"), odd=ANOMALY_TITLES[odd] if odd else "", before=reading)


@blueprint.get("/readings/<int:reading_id>/photo")
@requires(READ)
def photo(reading_id: int) -> ResponseReturnValue:
    reading = queries.get_reading(reading_id)
    if reading.upload_id is None:
        abort(404)
    upload = queries.get_upload(reading.upload_id)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
