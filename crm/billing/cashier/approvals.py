"""Day closes that are counted and wait for the signature of another than counted."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.cashier.models import CloseState, DayClose
from crm.properties.models import Estate
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=DayClose.id,
            about=Estate.name,
            asked_by=User.full_name,
            asked_at=DayClose.closed_at,
            estate_id=DayClose.estate_id,
        )
        .join(Estate, Estate.id == DayClose.estate_id)
        .join(User, User.id == DayClose.cashier_id)
        .where(DayClose.state == CloseState.counted, DayClose.cashier_id.is_distinct_from(actor().user_id))
    )


CLOSES = Approvals(
    name="day_close",
    title=_l("Day close to sign"),
    permission=Permission.billing_approve,
    waiting=_waiting,
    page=lambda key: url_for("cashier.close", day_close_id=key),
)
