"""作业程序 on paper: the text of a version with who wrote and who decided it, and the register of who has read it."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from crm.dates import business_day
from crm.engineering.procedures.models import STATE_TITLES, ProcedureVersion
from crm.engineering.procedures.queries import readings_of
from crm.properties.queries import company_of, visible_estates
from crm.web import pdf


def sheet(version: ProcedureVersion) -> bytes:
    procedure = version.procedure
    company: dict[str, Any] = {"estate": procedure.estate}
    if procedure.estate is None:
        company = {"company": company_of([estate.id for estate in visible_estates()])}
    return pdf.document(
        "engineering/procedure.html",
        version=version,
        procedure=procedure,
        lines=[line for line in version.text.splitlines() if line.strip()],
        state=STATE_TITLES[version.state],
        holds_for=procedure.estate.name if procedure.estate else _("The whole company"),
        readings=readings_of(version.id),
        code=pdf.qr(url_for("procedures.show", procedure_id=procedure.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
        **company,
    )
