"""What the filing review asks about passes: a card that is good no more is not in anybody's pocket (P-07)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.renovations.cases.models import Renovation
from crm.renovations.passes.models import RenovationPass
from crm.renovations.passes.queries import IS_OUT
from crm.tenants.queries import File, of_dossiers

AFTER = timedelta(days=7)  # time to bring it back


def _out(day: date) -> Select[*tuple[Any, ...]]:
    about = {"key": RenovationPass.number, "about_id": RenovationPass.id, "detail": RenovationPass.number}
    found = of_dossiers(*finding(**about)).join(Renovation, Renovation.customer_id == File.id)
    its = found.join(RenovationPass, RenovationPass.renovation_id == Renovation.id)
    return its.where(IS_OUT, RenovationPass.valid_to < day - AFTER)


def _page(where: Where) -> str:
    return url_for("renovation_passes.show", renovation_pass_id=where.about_id)


CHECKS = (
    Check(
        kind="renovation_pass_out",
        title=_l("A pass has expired and the card is not handed in"),
        advice=_l("Have the card brought back, or note that it is lost."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_out,
        page=_page,
    ),
)
