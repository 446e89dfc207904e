"""Which papers of a renovation lie in the customer's dossier, and when they are put there (P-07, A-20).

With the permit: what was brought, the agreement, the alterations, the permit. Each extension with its new permit. When
it is over, the record of all steps. Each source is filed once.
"""

from __future__ import annotations

from crm.renovations.cases.models import Renovation, RenovationExtension
from crm.renovations.cases.queries import alterations_of, papers_of
from crm.tenants.closing import file_all_soon, file_soon

PAPER, AGREEMENT, ALTERATIONS = "renovation_paper", "renovation_agreement", "renovation_alterations"
PERMIT, EXTENSION, RECORD = "renovation_permit", "renovation_extension", "renovation_record"


def file_papers(renovation: Renovation) -> None:
    """What was brought, as far as it counts."""
    brought = [each.came.id for each in papers_of(renovation) if each.came and each.came.upload_id]
    if brought:
        file_all_soon(PAPER, brought, renovation.number, renovation.estate_id)


def file_permit(renovation: Renovation) -> None:
    file_papers(renovation)
    kinds = [AGREEMENT, PERMIT]
    if alterations_of(renovation.id):
        kinds.insert(1, ALTERATIONS)
    for kind in kinds:
        file_soon(kind, renovation.id, renovation.number, renovation.estate_id)


def file_extension(extension: RenovationExtension) -> None:
    """`extension.renovation` is loaded."""
    renovation = extension.renovation
    file_soon(EXTENSION, extension.id, renovation.number, renovation.estate_id)


def file_record(renovation: Renovation) -> None:
    """It is over."""
    if renovation.permit_number is None:  # with a permit the papers lie there since
        file_papers(renovation)
    file_soon(RECORD, renovation.id, renovation.number, renovation.estate_id)
