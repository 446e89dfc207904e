"""What lending asks of dossiers in the filing review: nothing is out past its day, no incident is left lying (P-03)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast, select

from crm.archive.dossiers.checking import EVERY_KIND, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.archive.lending.models import LendingIncident, LendingSlip, SlipLine
from crm.archive.lending.queries import IS_OUT
from crm.auth.permissions import RoleName


def _overdue(day: date) -> Select[*tuple[Any, ...]]:
    columns = finding(key=cast(LendingSlip.id, String), about_id=LendingSlip.id, detail=LendingSlip.number)
    found = select(*columns).select_from(Dossier).join(SlipLine, SlipLine.dossier_id == Dossier.id)
    out = found.join(LendingSlip, LendingSlip.id == SlipLine.slip_id).where(IS_OUT, LendingSlip.due_on < day)
    return out.distinct()


def _incident(_day: date) -> Select[*tuple[Any, ...]]:
    told = {"about_id": LendingIncident.id, "detail": LendingIncident.number}
    found = select(*finding(key=cast(LendingIncident.id, String), **told)).select_from(Dossier)
    lines = found.join(SlipLine, SlipLine.dossier_id == Dossier.id)
    joined = lines.join(LendingIncident, LendingIncident.line_id == SlipLine.id)
    return joined.where(LendingIncident.closed_at.is_(None))


def _slip_page(where: Where) -> str:
    return url_for("lending.show", lending_slip_id=where.about_id)


def _incident_page(where: Where) -> str:
    return url_for("lending.incident", lending_incident_id=where.about_id)


CHECKS = (
    Check(
        kind="slip_overdue",
        title=_l("Lent and not back in time"),
        advice=_l("Have it brought back, or more days approved."),
        measure=Measure.complete,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_overdue,
        page=_slip_page,
    ),
    Check(
        kind="lending_incident_open",
        title=_l("Pages missing or damaged by lending"),
        advice=_l("Find or replace them, and write what came of it."),
        measure=Measure.complete,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_incident,
        page=_incident_page,
    ),
)
