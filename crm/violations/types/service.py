"""Keeping the tree of what can be violated. Violations keep what they have."""

from __future__ import annotations

from crm.trees.keeping import Tree
from crm.violations.types.events import ViolationTypeAdded, ViolationTypeChanged
from crm.violations.types.models import ViolationType


class _Tree(Tree[ViolationType]):
    model, key = ViolationType, "violation_type"
    added, changed = ViolationTypeAdded, ViolationTypeChanged


TREE = _Tree()
add_type, change, retire, restore, move = TREE.add_kind, TREE.change, TREE.retire, TREE.restore, TREE.move


def add_category(name: str) -> ViolationType:
    made: ViolationType = TREE.add(ViolationType(name=name))
    return made
