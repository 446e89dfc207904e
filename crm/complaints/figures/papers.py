"""投诉月报 YH-TS-04: the figures as the monthly report to be signed."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from crm.complaints.figures.reports import Report
from crm.dates import business_day
from crm.properties.queries import company_of
from crm.web import pdf


def as_paper(report: Report) -> bytes:
    """Under the name of the company that manages the estates."""
    return pdf.document(
        "complaints/monthly_report.html",
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
    wanted |= {"building_id": asked.building_id, "department_id": asked.department_id}
    wanted |= {"contractor": asked.contractor or None}
    if len(asked.estates) == 1:
        [wanted["estate_id"]] = asked.estates
    return url_for("complaint_figures.index", **wanted, _external=True)
