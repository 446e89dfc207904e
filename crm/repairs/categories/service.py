"""Keeping the tree of what can be broken. Orders keep what they have."""

from __future__ import annotations

from crm.repairs.categories.events import RepairCategoryAdded, RepairCategoryChanged
from crm.repairs.categories.models import Place, RepairCategory
from crm.trees.keeping import Tree


class _Tree(Tree[RepairCategory]):
    model, key, beside = RepairCategory, "repair_category", ("place",)
    added, changed = RepairCategoryAdded, RepairCategoryChanged


TREE = _Tree()
add_problem, change, retire, restore, move = TREE.add_kind, TREE.change, TREE.retire, TREE.restore, TREE.move


def add_category(place: Place, name: str) -> RepairCategory:
    made: RepairCategory = TREE.add(RepairCategory(place=place, name=name))
    return made
