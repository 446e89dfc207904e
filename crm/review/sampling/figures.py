"""How many dossiers are drawn, as the company decides."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

_SOURCE = _l("The company's policy on customers' files: reviewed periodically (P-19). The figure is the product's.")
PER_CENT = Figure(
    key="review.sample_per_cent",
    title=_l("Of the dossiers of a filing review the paper is counted of"),
    unit=_l("per cent"),
    default=5,
    least=1,
    most=100,
    source=_SOURCE,
)
LEAST = Figure(
    key="review.sample_least",
    title=_l("A sample has at least"),
    unit=_l("dossiers"),
    default=5,
    least=1,
    most=100,
    source=_SOURCE,
)
MOST = 500  # dossiers of one sample: some days of counting
