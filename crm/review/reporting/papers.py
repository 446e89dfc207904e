"""整理报告 YH-ZL-01, with proof: kept with its hash when it is printed, and when the review is signed."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers import proof
from crm.archive.dossiers.checking import MEASURE_TITLES, Measure
from crm.archive.dossiers.proof import Paper
from crm.dates import business_day
from crm.review.checks import checks
from crm.review.models import STATE_TITLES, FilingReview
from crm.review.reporting import queries
from crm.review.reporting.reports import PAPER, content, number_of, report
from crm.review.reporting.rows import Report
from crm.review.sampling.papers import company_on
from crm.web import pdf
from crm.web.charts import Scores as Chart
from crm.web.charts import scores

FIELDS = {
    "number": _l("Number"),
    "estate": _l("Estate"),
    "month": _l("Month"),
    "whole": _l("Every living dossier"),
    "dossiers": _l("Dossiers"),
    "new": _l("New"),
    "repeated": _l("Repeated"),
    "cured": _l("Mended"),
    "signed_by": _l("Signed off by"),
    "signed_on": _l("Signed off on"),
    "remark": _l("Remark"),
    "by_owner": _l("By project manager"),
    "sample": _l("Sample of the paper"),
    "drawn": _l("Drawn"),
    "counted": _l("Counted so far"),
    "agree": _l("Agree"),
    "absent": _l("Not there"),
    "trend": _l("Scores of the last reviews"),
    "complete": MEASURE_TITLES[Measure.complete],
    "accurate": MEASURE_TITLES[Measure.accurate],
    "valid": MEASURE_TITLES[Measure.valid],
    "kinds": _l("Findings by kind"),
    "fault": _l("The finding"),
    "measure": _l("Which measure"),
    "open": _l("Open findings"),
    "places": _l("By building or project manager"),
    "clean": _l("Without findings"),
    "worst": _l("Dossiers with most findings"),
    "findings": _l("Findings"),
    "late": _l("Not mended in time"),
    "oldest": _l("Oldest due day"),
    "differing": _l("Paper that differs"),
    "found": _l("Counted: documents / pages / sheets"),
    "books": _l("In the books"),
    "settled": _l("A later count agreed"),
}


def papers() -> dict[str, Paper]:
    """Once the checks are connected: their titles are its words."""
    words: dict[str, dict[Any, Any]] = {
        "state": {**STATE_TITLES},
        "measure": {**MEASURE_TITLES},
        "fault": {kind: check.title for kind, check in checks.items()},
    }
    title = _l("Report of the filing review")
    return {PAPER: Paper(title=title, content=content, may_see=queries.may_see, fields=FIELDS, words=words)}


def as_paper(review: FilingReview) -> bytes:
    told = report(review)
    issued = proof.issue(PAPER, review.id, number_of(review), told.plain)
    return pdf.document(
        "review/report.html",
        report=told,
        mark=proof.mark(issued),
        chart=drawn(told),
        measures=MEASURE_TITLES,
        state=STATE_TITLES[review.state],
        title_of={row.fault: str(checks[row.fault].title) if row.fault in checks else row.fault for row in told.kinds},
        since=_since(review),
        company=company_on(review),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def drawn(told: Report) -> Chart:
    """The three scores of the last reviews."""
    lines = {
        str(title): [float(value) if (value := getattr(row, measure)) else None for row in told.trend]
        for measure, title in MEASURE_TITLES.items()
    }
    return scores([row.title for row in told.trend], lines)


def _since(review: FilingReview) -> str:
    """What a signed one says no more: it stays as it was."""
    if review.signed_at is None:
        return ""
    total, cured = queries.since(review, review.signed_at)
    return _(
        "As it was signed. Of the %(total)s findings that were open then, %(cured)s are mended by now.",
        total=total,
        cured=cured,
    )
