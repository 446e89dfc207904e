"""How often a dossier is reviewed and how long mending may take, as the company decides (P-19, A-19)."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.models.template import DossierKind
from crm.policy.figures import Figure
from crm.tenants.models import CustomerKind
from crm.worktime.queries import calendar

_SOURCE = _l("The company's policy on customers' files: reviewed periodically (P-19). The figure is the product's.")


def _months(key: str, title: LazyString) -> Figure[int]:
    whole = f"review.months_{key}"
    return Figure(key=whole, title=title, unit=_l("months"), default=3, least=1, most=24, source=_SOURCE)


OF_CUSTOMERS = {
    CustomerKind.person: _months("person", _l("Dossiers of persons are reviewed every")),
    CustomerKind.company: _months("company", _l("Dossiers of companies are reviewed every")),
}
OF_PROJECTS = {
    DossierKind.loan: _months("loan", _l("Dossiers of loans are reviewed every")),
    DossierKind.guarantee: _months("guarantee", _l("Dossiers of guarantees are reviewed every")),
}
OPENED_ON = Figure(
    key="review.day",
    title=_l("The month's filing review opens on day"),
    unit=_l("of the month"),
    default=1,
    least=1,
    most=28,
    source=_SOURCE,
)
MENDING_DAYS = Figure(
    key="review.mending_days",
    title=_l("A finding is to be mended within"),
    unit=_l("working days"),
    default=10,
    least=1,
    most=120,
    source=_SOURCE,
)


def mended_by(day: date) -> date:
    return calendar().add(day, MENDING_DAYS.on(day)).day
