"""Where a violation can be: the public areas of the estates."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.auth.actor import within
from crm.db import session
from crm.properties.models import Building, PublicArea


def areas_of(estate_ids: Sequence[int]) -> dict[str, str]:
    """Id -> name with the building."""
    listed = select(PublicArea.id, PublicArea.name, Building.number).outerjoin(
        Building, Building.id == PublicArea.building_id
    )
    mine = listed.where(PublicArea.estate_id.in_(estate_ids), within(PublicArea.estate_id))
    rows = session().execute(mine.order_by(Building.sort_key, PublicArea.name, PublicArea.id))
    return {
        str(key): f"{building}栋 {name}" if building and building not in name else name for key, name, building in rows
    }
