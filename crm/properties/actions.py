"""What can be done to many units at once: their status, the day they were handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.lists.listing import BulkAction, Effect
from crm.properties import queries, service
from crm.properties.forms import HandoverForm, StatusForm
from crm.properties.models import STATUS_TITLES, UnitStatus

NOT_HANDED_OVER = (UnitStatus.unsold, UnitStatus.sold)


def _statuses(ids: Sequence[int], form: StatusForm) -> list[Effect]:
    wanted = UnitStatus(form.status.data)
    return [
        Effect(
            id=unit.id,
            label=f"{unit.estate} {unit.label}",
            old=str(STATUS_TITLES[unit.status]),
            new=str(STATUS_TITLES[wanted]),
            hindrance=_no_status(unit, wanted),
        )
        for unit in queries.units_to_change(ids)
    ]


def _no_status(unit: Any, wanted: UnitStatus) -> str:
    """Why the unit cannot come to this status, or ""."""
    if unit.status is wanted:
        return _("It has this status already.")
    if wanted in NOT_HANDED_OVER and unit.handover_on:
        return _("It was handed over: take the day away in the unit first.")
    return ""


def _handovers(ids: Sequence[int], form: HandoverForm) -> list[Effect]:
    wanted: Any = form.handover_on.data  # the form insists on it
    return [
        Effect(
            id=unit.id,
            label=f"{unit.estate} {unit.label}",
            old=unit.handover_on.isoformat() if unit.handover_on else "",
            new=wanted.isoformat(),
            hindrance=_no_handover(unit, wanted),
        )
        for unit in queries.units_to_change(ids)
    ]


def _no_handover(unit: Any, wanted: Any) -> str:
    if unit.handover_on == wanted:
        return _("It has this day already.")
    if unit.status in NOT_HANDED_OVER:
        return _("Its status is %(status)s: set another status first.", status=STATUS_TITLES[unit.status])
    return ""


SET_STATUS = BulkAction(
    name="set_status",
    title=_l("Set the status"),
    permission=Permission.property_edit,
    form=StatusForm,
    preview=_statuses,
    apply=lambda ids, form: service.change_units(ids, "status", UnitStatus(form.status.data)),
)
SET_HANDOVER = BulkAction(
    name="set_handover",
    title=_l("Set the day of handing over"),
    permission=Permission.property_edit,
    form=HandoverForm,
    preview=_handovers,
    apply=lambda ids, form: service.change_units(ids, "handover_on", form.handover_on.data),
    icon="calendar",
)
