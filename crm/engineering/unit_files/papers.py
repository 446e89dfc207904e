"""单元工程档案目录: what there is of a unit, on one paper."""

from __future__ import annotations

from flask import g, url_for

from crm.dates import business_day
from crm.engineering.filed import lent_words
from crm.engineering.unit_files.reports import unit_file
from crm.properties.models import Unit
from crm.web import pdf


def catalogue(unit: Unit) -> bytes:
    """With the unit's estate loaded. Wants a request, for the address in its code."""
    return pdf.document(
        "engineering/unit_file.html",
        file=unit_file(unit),
        unit=unit,
        estate=unit.estate,
        lent=lent_words,
        code=pdf.qr(url_for("unit_files.show", unit_id=unit.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )
