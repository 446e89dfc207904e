"""The tree of categories, read at once: it is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.complaints.categories.models import ComplaintCategory
from crm.db import session

Group = aliased(ComplaintCategory)
IN_ORDER = (ComplaintCategory.active.desc(), ComplaintCategory.position, ComplaintCategory.id)


@dataclass(frozen=True, slots=True)
class Branch:
    """A group with what is in it, what is out of use at the end."""

    group: ComplaintCategory
    kinds: list[ComplaintCategory] = field(default_factory=list)


def choosable(keep: int | None = None) -> Sequence[ComplaintCategory]:
    """What a complaint can be of, with its group, in the tree's order; `keep` as well, for what has it already."""
    live = (ComplaintCategory.active & Group.active) | (ComplaintCategory.id == (keep or 0))
    found = select(ComplaintCategory).join(Group, ComplaintCategory.parent.of_type(Group)).where(live)
    ordered = found.order_by(Group.position, Group.id, ComplaintCategory.position, ComplaintCategory.id)
    return session().scalars(ordered.options(contains_eager(ComplaintCategory.parent.of_type(Group)))).all()


def tree() -> list[Branch]:
    """All of it, with the departments."""
    whole = select(ComplaintCategory).options(joinedload(ComplaintCategory.department)).order_by(*IN_ORDER)
    rows = session().scalars(whole).all()
    branches = {row.id: Branch(row) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            branches[row.parent_id].kinds.append(row)
    return list(branches.values())


def get_category(category_id: int) -> ComplaintCategory:
    """With its group; 404 when there is none."""
    found = select(ComplaintCategory).where(ComplaintCategory.id == category_id)
    whole = found.options(joinedload(ComplaintCategory.parent))
    return session().scalars(whole).one_or_none() or abort(404)


def siblings(category: ComplaintCategory) -> Sequence[ComplaintCategory]:
    """Those in use that stand beside it, itself among them, in their order."""
    return session().scalars(_beside(category.parent_id).order_by(*IN_ORDER)).all()


def namesake(parent_id: int | None, name: str) -> ComplaintCategory | None:
    """What is in use under this name at this place of the tree."""
    with session().no_autoflush:
        return session().scalars(_beside(parent_id).where(ComplaintCategory.name == name)).one_or_none()


def last_position(parent_id: int | None) -> int:
    """-1 where there is nothing yet."""
    last = _beside(parent_id).with_only_columns(func.max(ComplaintCategory.position))
    found: int | None = session().scalar(last)
    return -1 if found is None else found


def _beside(parent_id: int | None) -> Select[ComplaintCategory]:
    return select(ComplaintCategory).where(ComplaintCategory.parent_id == parent_id, ComplaintCategory.active)
