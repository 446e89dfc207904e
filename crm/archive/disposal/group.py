"""The appraisal group: who fits a seat, and what three opinions come to. Pure (2.5, 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crm.archive.disposal.models import Outcome, Seat
from crm.auth.permissions import RoleName

R = RoleName
FITS = {
    Seat.archive: frozenset({R.archivist}),
    Seat.business: frozenset({R.deputy_general_manager, R.general_manager, R.chairman}),
    Seat.audit: frozenset({R.auditor}),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one member says of one dossier; `years` where it is to be kept longer."""

    outcome: Outcome
    years: int | None = None


def seats_for(roles: Collection[RoleName]) -> list[Seat]:
    return [seat for seat, fits in FITS.items() if not fits.isdisjoint(roles)]


def agreed(opinions: Sequence[Said], least_years: int) -> Said:
    """Of one dossier: destroyed or kept for good when all say so, else kept for the longest that anybody said."""
    outcomes = {each.outcome for each in opinions}
    if outcomes in ({Outcome.destroy}, {Outcome.keep}):
        return Said(outcomes.pop())
    years = max((each.years or 0 for each in opinions), default=0)
    return Said(Outcome.extend, years if outcomes == {Outcome.extend} else max(years, least_years))
