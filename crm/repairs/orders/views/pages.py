"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from crm.auth.permissions import Permission
from crm.repairs.orders.models import RepairOrder

blueprint = Blueprint("repairs", __name__, url_prefix="/repairs")
READ = Permission.repair_read


def address(order: RepairOrder) -> str:
    return url_for("repairs.show", repair_id=order.id)


def back_to(order: RepairOrder) -> str:
    """The page that was asked from: the worker's phone or the job's own."""
    return url_for("work.job", repair_id=order.id) if from_phone() else address(order)


def from_phone() -> bool:
    return request.args.get("from") == "phone"
