"""What a renovation leaves in the customer's dossier when it is closed, each paper once: checks and settlement in section
3, what was built in section 12 (P-07, P-16, A-20).

`further` is filled by `crm.wiring`: what other packages keep of a renovation, as (kind, id, number) of their papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crm.renovations.acceptance.queries import drawings_of, last_check
from crm.renovations.cases.models import Renovation
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.queries import KIND, standing
from crm.tenants.closing import file_soon

ACCEPTANCE, AS_BUILT = "renovation_acceptance", "renovation_as_built"
further: list[Callable[[Renovation], Iterable[tuple[str, int, str]]]] = []


def file_closed(renovation: Renovation) -> None:
    if last_check(renovation.id) is not None:
        file_soon(ACCEPTANCE, renovation.id, renovation.number, renovation.estate_id)
    if settlement := standing(renovation.id):
        file_settlement(settlement)
    for drawing in drawings_of(renovation.id):
        file_soon(AS_BUILT, drawing.id, renovation.number, renovation.estate_id)
    for papers in further:
        for kind, thing_id, number in papers(renovation):
            file_soon(kind, thing_id, number, renovation.estate_id)


def file_settlement(settlement: RenovationSettlement) -> None:
    file_soon(KIND, settlement.id, settlement.number, settlement.estate_id)
