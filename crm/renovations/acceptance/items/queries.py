"""The tree of what is checked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import joinedload

from crm.renovations.acceptance.items.models import RenovationCheckItem
from crm.renovations.acceptance.items.service import TREE
from crm.renovations.works.models import RenovationWork
from crm.trees.keeping import Branch

get_item = TREE.get


def tree() -> Sequence[Branch[RenovationCheckItem]]:
    """With the kind of work that a group is asked of."""
    return TREE.branches(joinedload(RenovationCheckItem.work).joinedload(RenovationWork.parent))
