"""Keeping the tree of what is complained about. Complaints keep what they have."""

from __future__ import annotations

from crm.complaints.categories.events import ComplaintCategoryAdded, ComplaintCategoryChanged
from crm.complaints.categories.models import ComplaintCategory
from crm.trees.keeping import Tree


class _Tree(Tree[ComplaintCategory]):
    model, key = ComplaintCategory, "complaint_category"
    added, changed = ComplaintCategoryAdded, ComplaintCategoryChanged


TREE = _Tree()
add_kind, change = TREE.add_kind, TREE.change


def add_group(name: str) -> ComplaintCategory:
    made: ComplaintCategory = TREE.add(ComplaintCategory(name=name))
    return made
