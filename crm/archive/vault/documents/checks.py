"""What the filing review asks of title documents on their way: in the vault the same working day. L-25, A-14."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast, select

from crm.archive.dossiers.checking import CREDIT, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.archive.vault.documents import queries
from crm.archive.vault.documents.timing import latest_late
from crm.archive.vault.models import Delay, TitleDocument
from crm.auth.permissions import RoleName
from crm.worktime.queries import calendar


def _late(day: date) -> Select[*tuple[Any, ...]]:
    """From the alarm on: the working day on which A obtained it is over."""
    columns = finding(
        key=cast(TitleDocument.id, String), about_id=TitleDocument.id, detail=TitleDocument.certificate_no
    )
    found = select(*columns).select_from(Dossier).join(TitleDocument, TitleDocument.dossier_id == Dossier.id)
    return found.where(queries.late(latest_late(day, Delay.alarm, calendar())))


def _page(where: Where) -> str:
    return url_for("vault.document", title_id=where.about_id)


CHECKS = (
    Check(
        kind="title_not_in_vault",
        title=_l("A title document is not in the vault"),
        advice=_l("Put it on a transfer list, have all three sign, and lay it into the safe by its voucher."),
        measure=Measure.valid,
        kinds=CREDIT,
        role=RoleName.project_manager,
        find=_late,
        page=_page,
    ),
)
