"""What every dossier is asked in the filing review, whatever it is about. Clauses P-03, P-05 to P-16, L-01, L-07."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func

from crm.archive.dossiers import measures
from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.archive.dossiers.models import TemplateSlot as Slot
from crm.auth.permissions import RoleName


def dossier_page(where: Where) -> str:
    return url_for("dossiers.show", dossier_id=where.dossier_id)


def _missing(_day: date) -> Select[*tuple[Any, ...]]:
    key = func.coalesce(func.nullif(Slot.code, ""), Slot.title)
    return measures.missing(*finding(key=key, detail=Slot.title))


CHECKS = (
    Check(
        kind="document_missing",
        title=_l("A document is missing"),
        advice=_l("File it, or state with a reason that it does not apply."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_missing,
        questions=measures.required,
        page=dossier_page,
    ),
)
