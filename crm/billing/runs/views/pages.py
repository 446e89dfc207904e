"""What the pages of billing runs share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, request, url_for

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.runs.queries import month_typed
from crm.dates import business_day
from crm.properties.models import Estate
from crm.properties.queries import get_estate, visible_estates

blueprint = Blueprint("runs", __name__, url_prefix="/billing/runs")
READ, RUN = Permission.billing_read, Permission.billing_run


def month_asked() -> date:
    """`month` of the address; this month where it says none."""
    return month_typed(request.args.get("month", ""), business_day())


def estate_asked() -> Estate | None:
    """`estate_id` of the address, else the one of the top bar, else the first; none where the person sees none."""
    wanted = request.args.get("estate_id", g.actor.estate_id, type=int)
    return get_estate(wanted) if wanted else next(iter(visible_estates()), None)


def written(period: date) -> str:
    return period.strftime("%Y-%m")


def month_address(estate_id: int, period: date) -> str:
    return url_for("runs.index", month=written(period), estate_id=estate_id)


def item_address(item: ChargeItem, period: date) -> str:
    return url_for("runs.item", charge_item_id=item.id, billing_month=written(period))
