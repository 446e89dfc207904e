"""补偿审批单 YH-TS-03: what is asked for, why, and what was decided, to be signed."""

from __future__ import annotations

from flask import g, url_for

from crm.complaints.cases.models import STATE_TITLES, Compensation
from crm.complaints.compensation.present import TITLES
from crm.dates import business_day
from crm.money import in_capitals
from crm.web import pdf


def pressed(compensation: Compensation) -> bytes:
    """`compensation` as `get_compensation` gives it. Wants a request, for the address in its code."""
    case = compensation.complaint
    return pdf.document(
        "complaints/compensation.html",
        compensation=compensation,
        case=case,
        estate=case.estate,
        titles=TITLES,
        state=STATE_TITLES[case.state],
        capitals=in_capitals(compensation.amount),
        code=pdf.qr(url_for("compensations.show", compensation_id=compensation.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
