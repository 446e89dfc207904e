"""The tree of what is complained about."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from crm.complaints.categories.models import ComplaintCategory
from crm.complaints.categories.service import TREE
from crm.trees.keeping import Branch

choosable, get_category = TREE.kinds, TREE.get


def tree() -> list[Branch[ComplaintCategory]]:
    """All of it, with the departments."""
    return TREE.branches(joinedload(ComplaintCategory.department))
