"""What a renovation leaves in the customer's dossier when it is closed, each paper once.

Checks and settlement go into section 3, what was built into section 12 (P-07, P-16, A-20).
"""

from __future__ import annotations

from datetime import timedelta

from crm.renovations.acceptance.queries import drawings_of, last_check
from crm.renovations.cases.models import Renovation
from crm.renovations.passes import queries as passes
from crm.renovations.patrols import queries as patrols
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.queries import KIND, standing
from crm.tenants.closing import file_soon

SETTLED_AFTER = timedelta(days=7)  # what is settled is closed by hand within the week
ACCEPTANCE, AS_BUILT = "renovation_acceptance", "renovation_as_built"


def file_closed(renovation: Renovation) -> None:
    if last_check(renovation.id) is not None:
        file_soon(ACCEPTANCE, renovation.id, renovation.number, renovation.estate_id)
    if settlement := standing(renovation.id):
        file_settlement(settlement)
    for drawing in drawings_of(renovation.id):
        file_soon(AS_BUILT, drawing.id, renovation.number, renovation.estate_id)
    for kind in _of_the_site(renovation):
        file_soon(kind, renovation.id, renovation.number, renovation.estate_id)


def _of_the_site(renovation: Renovation) -> list[str]:
    """The register of workers with their passes, and the log of patrols, where there were any."""
    kinds = [passes.WORKERS] if passes.workers_of(renovation.id) else []
    if passes.passes_of(renovation.id):
        kinds.append(passes.PASSES)
    return [*kinds, patrols.LOG] if patrols.has_patrols(renovation.id) else kinds


def file_settlement(settlement: RenovationSettlement) -> None:
    file_soon(KIND, settlement.id, settlement.number, settlement.estate_id)
