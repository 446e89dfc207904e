"""What the unit is likely to be once they have left."""

from __future__ import annotations

from crm.moves.leaving.models import OWNERS, Leaving, Side
from crm.properties.models import UnitStatus
from crm.tenants.models import OccupancyRole

LIVES_THERE = (OccupancyRole.tenant, OccupancyRole.user)


def status_after(leaving: Leaving) -> UnitStatus:
    """Let while a tenant stays; empty once whoever lived there has left; of a family's member it stays what it was."""
    if any(party.role in LIVES_THERE for party in leaving.of(Side.stays)):
        return UnitStatus.let
    left = any(party.role in (*LIVES_THERE, *OWNERS) for party in leaving.of(Side.leaves))
    return UnitStatus.vacant if left else leaving.unit.status
