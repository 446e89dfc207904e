"""维修月报: the figures as the monthly report to be signed."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from crm.dates import business_day
from crm.properties.queries import company_of
from crm.repairs.figures.reports import Report
from crm.web import pdf


def as_paper(report: Report) -> bytes:
    """YH-WX-04, under the name of the company that manages the estates."""
    return pdf.document(
        "repairs/monthly_report.html",
        report=report,
        company=company_of(report.asked.estates),
        code=pdf.qr(_address(report)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def _address(report: Report) -> str:
    """Of the very figures that are on the paper."""
    asked = report.asked
    wanted: dict[str, Any] = {"month": f"{asked.begins:%Y-%m}", "until": f"{asked.last:%Y-%m}"}
    wanted |= {"building_id": asked.building_id, "worker_id": asked.worker_id}
    if len(asked.estates) == 1:
        [wanted["estate_id"]] = asked.estates
    return url_for("repair_figures.index", **wanted, _external=True)
