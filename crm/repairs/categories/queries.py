"""The tree of categories, read at once: it is small."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.db import session
from crm.repairs.categories.models import Place, RepairCategory

Group = aliased(RepairCategory)


def problems(place: Place | None = None, keep: int | None = None) -> Sequence[RepairCategory]:
    """In use, with their categories, in the tree's order; `keep` as well, for what has it already."""
    live = (RepairCategory.active & Group.active) | (RepairCategory.id == (keep or 0))
    found = select(RepairCategory).join(Group, RepairCategory.parent.of_type(Group)).where(live)
    if place is not None:
        found = found.where(RepairCategory.place == place)
    ordered = found.order_by(Group.position, Group.id, RepairCategory.position, RepairCategory.id)
    return session().scalars(ordered.options(contains_eager(RepairCategory.parent.of_type(Group)))).all()


def get_category(category_id: int) -> RepairCategory:
    """With its parent; 404 when there is none."""
    found = select(RepairCategory).where(RepairCategory.id == category_id).options(joinedload(RepairCategory.parent))
    return session().scalars(found).one_or_none() or abort(404)
