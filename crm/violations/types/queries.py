"""The tree of types, read at once: it is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.db import session
from crm.violations.types.models import ViolationType

Group = aliased(ViolationType)
IN_ORDER = (ViolationType.active.desc(), ViolationType.position, ViolationType.id)


@dataclass(frozen=True, slots=True)
class Branch:
    """A category with its types, what is out of use at the end."""

    category: ViolationType
    types: list[ViolationType] = field(default_factory=list)


def types(keep: int | None = None) -> Sequence[ViolationType]:
    """In use, with their categories, in the tree's order; `keep` as well, for what has it already."""
    live = (ViolationType.active & Group.active) | (ViolationType.id == (keep or 0))
    found = select(ViolationType).join(Group, ViolationType.parent.of_type(Group)).where(live)
    ordered = found.order_by(Group.position, Group.id, ViolationType.position, ViolationType.id)
    return session().scalars(ordered.options(contains_eager(ViolationType.parent.of_type(Group)))).all()


def tree() -> list[Branch]:
    rows = session().scalars(select(ViolationType).order_by(*IN_ORDER)).all()
    branches = {row.id: Branch(row) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id is not None:
            branches[row.parent_id].types.append(row)
    return list(branches.values())


def get_type(violation_type_id: int) -> ViolationType:
    """With its parent; 404 when there is none."""
    found = select(ViolationType).where(ViolationType.id == violation_type_id)
    return session().scalars(found.options(joinedload(ViolationType.parent))).one_or_none() or abort(404)


def siblings(each: ViolationType) -> Sequence[ViolationType]:
    """Those in use that stand beside it, itself among them, in their order."""
    return session().scalars(_beside(each.parent_id).order_by(*IN_ORDER)).all()


def namesake(parent_id: int | None, name: str) -> ViolationType | None:
    """What is in use under this name at this place of the tree."""
    with session().no_autoflush:
        return session().scalars(_beside(parent_id).where(ViolationType.name == name)).one_or_none()


def last_position(parent_id: int | None) -> int:
    """-1 where there is nothing yet."""
    found: int | None = session().scalar(_beside(parent_id).with_only_columns(func.max(ViolationType.position)))
    return -1 if found is None else found


def _beside(parent_id: int | None) -> Select[ViolationType]:
    return select(ViolationType).where(ViolationType.parent_id == parent_id, ViolationType.active)
