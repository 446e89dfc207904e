"""The tree of categories, read at once: it is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.db import session
from crm.repairs.categories.models import Place, RepairCategory

Group = aliased(RepairCategory)
IN_ORDER = (RepairCategory.active.desc(), RepairCategory.position, RepairCategory.id)


@dataclass(frozen=True, slots=True)
class Branch:
    """A category with its problems, what is out of use at the end."""

    category: RepairCategory
    problems: list[RepairCategory] = field(default_factory=list)


def problems(place: Place | None = None, keep: int | None = None) -> Sequence[RepairCategory]:
    """In use, with their categories, in the tree's order; `keep` as well, for what has it already."""
    live = (RepairCategory.active & Group.active) | (RepairCategory.id == (keep or 0))
    found = select(RepairCategory).join(Group, RepairCategory.parent.of_type(Group)).where(live)
    if place is not None:
        found = found.where(RepairCategory.place == place)
    ordered = found.order_by(Group.position, Group.id, RepairCategory.position, RepairCategory.id)
    return session().scalars(ordered.options(contains_eager(RepairCategory.parent.of_type(Group)))).all()


def tree() -> dict[Place, list[Branch]]:
    """All of it, by place."""
    rows = session().scalars(select(RepairCategory).order_by(*IN_ORDER)).all()
    branches = {row.id: Branch(row) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            branches[row.parent_id].problems.append(row)
    return {place: [each for each in branches.values() if each.category.place is place] for place in Place}


def get_category(category_id: int) -> RepairCategory:
    """With its parent; 404 when there is none."""
    found = select(RepairCategory).where(RepairCategory.id == category_id).options(joinedload(RepairCategory.parent))
    return session().scalars(found).one_or_none() or abort(404)


def siblings(category: RepairCategory) -> Sequence[RepairCategory]:
    """Those in use that stand beside it, itself among them, in their order."""
    return session().scalars(_beside(category.place, category.parent_id).order_by(*IN_ORDER)).all()


def namesake(place: Place, parent_id: int | None, name: str) -> RepairCategory | None:
    """What is in use under this name at this place of the tree."""
    with session().no_autoflush:
        named = _beside(place, parent_id).where(RepairCategory.name == name)
        return session().scalars(named).one_or_none()


def last_position(place: Place, parent_id: int | None) -> int:
    """-1 where there is nothing yet."""
    last = _beside(place, parent_id).with_only_columns(func.max(RepairCategory.position))
    found: int | None = session().scalar(last)
    return -1 if found is None else found


def _beside(place: Place, parent_id: int | None) -> Select[RepairCategory]:
    at = RepairCategory.place == place, RepairCategory.parent_id == parent_id
    return select(RepairCategory).where(*at, RepairCategory.active)
