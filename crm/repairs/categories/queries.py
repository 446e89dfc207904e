"""The tree of what can be broken."""

from __future__ import annotations

from collections.abc import Sequence

from crm.repairs.categories.models import Place, RepairCategory
from crm.repairs.categories.service import TREE
from crm.trees.keeping import Branch

get_category = TREE.get


def problems(place: Place | None = None, keep: int | None = None) -> Sequence[RepairCategory]:
    """In use, with their categories, in the tree's order; `keep` as well, for what has it already."""
    where = () if place is None else (RepairCategory.place == place,)
    return TREE.kinds(*where, keep=keep)


def tree() -> dict[Place, list[Branch[RepairCategory]]]:
    """All of it, by place."""
    branches = TREE.branches()
    return {place: [each for each in branches if each.group.place is place] for place in Place}
