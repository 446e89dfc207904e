"""How long something may wait in the archive before the filing review names it, as the company decides (P-19)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from crm.dates import beginning_of
from crm.policy.figures import Figure

_SOURCE = _l("The company's archive policies: what is filed is found (P-04, L-05). The figure is the product's.")
WAITING_DAYS = Figure(
    key="dossiers.waiting_days",
    title=_l("A correction, a removal or a paper to be shelved may wait for"),
    unit=_l("days"),
    default=14,
    least=1,
    most=365,
    source=_SOURCE,
)
SHELVED = Figure(
    key="dossiers.shelved",
    title=_l("Every customer's dossier has a cabinet, shelf or box of its own"),
    default=False,
    source=_SOURCE,
)
OUT_DAYS = Figure(
    key="dossiers.out_days",
    title=_l("A dossier may be in somebody's hands for"),
    unit=_l("days"),
    default=30,
    least=1,
    most=365,
    source=_SOURCE,
)


def waits_too_long(day: date) -> datetime:
    """What began before this moment does, on `day`."""
    return beginning_of(day - timedelta(days=WAITING_DAYS.on(day)))


def out_too_long(day: date) -> datetime:
    """Likewise of what is in somebody's hands."""
    return beginning_of(day - timedelta(days=OUT_DAYS.on(day)))
