"""What the pages of meters share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.billing.meters.models import Meter
from crm.files import store
from crm.files.models import Upload
from crm.web.forms import BaseForm, form_page

blueprint = Blueprint("meters", __name__, url_prefix="/billing/meters")
READ, RUN = Permission.billing_read, Permission.billing_run
PURPOSE = "meter_reading"  # of photographs in the store; fetched from their reading


def address(meter_id: int) -> str:
    return url_for("meters.meter", meter_id=meter_id)


def place_of(meter: Meter) -> str:
    return meter.unit.label if meter.unit else meter.place


def kept(file: Any, estate_id: int) -> Upload | None:
    """The photograph in the store; raises `DomainError` for what is no readable file."""
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=estate_id)


def meter_page(form: BaseForm, meter: Meter, title: str, **context: Any) -> ResponseReturnValue:
    return form_page(
        form,
        title,
        address(meter.id),
        "billing/meters/form.html",
        intro=f"{place_of(meter)} · {meter.number}",
        meter=meter,
        **context,
    )
