"""How often a dossier is reviewed and how long mending may take, as the company decides (P-19, A-19)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.models.template import DossierKind
from crm.policy.figures import Figure
from crm.tenants.models import CustomerKind
from crm.worktime.queries import calendar

_SOURCE = _l("The company's policy on customers' files: reviewed periodically (P-19). The figure is the product's.")


_EVERY: dict[str, Any] = {"unit": _l("months"), "default": 3, "least": 1, "most": 24, "source": _SOURCE}
OF_CUSTOMERS = {
    CustomerKind.person: Figure(
        key="review.months_person", title=_l("Dossiers of persons are reviewed every"), **_EVERY
    ),
    CustomerKind.company: Figure(
        key="review.months_company", title=_l("Dossiers of companies are reviewed every"), **_EVERY
    ),
}
OF_PROJECTS = {
    DossierKind.loan: Figure(key="review.months_loan", title=_l("Dossiers of loans are reviewed every"), **_EVERY),
    DossierKind.guarantee: Figure(
        key="review.months_guarantee", title=_l("Dossiers of guarantees are reviewed every"), **_EVERY
    ),
}
OPENED_ON = Figure(
    key="review.day",
    title=_l("The month's filing review opens on day"),
    unit=_l("of the month"),
    default=1,
    least=1,
    most=28,
    source=_l(
        "The company's policy on customers' files: reviewed periodically (P-19). The figure is the product's: "
        "whichever the day, a dossier has its turn on the last one that is still inside its period."
    ),
)
MENDING_DAYS = Figure(
    key="review.mending_days",
    title=_l("A finding is to be mended within"),
    unit=_l("working days"),
    default=20,
    least=1,
    most=120,
    source=_SOURCE,
)


def mended_by(day: date) -> date:
    return calendar().add(day, MENDING_DAYS.on(day)).day


SIGNING_DAYS = Figure(
    key="review.signing_days",
    title=_l("A filing review is to be signed off within"),
    unit=_l("working days"),
    default=7,
    least=1,
    most=60,
    source=_SOURCE,
)


def signed_by(day: date) -> date:
    """The last day to sign a review that was opened on `day`; from the next on it is late."""
    return calendar().add(day, SIGNING_DAYS.on(day)).day
