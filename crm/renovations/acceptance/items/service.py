"""Keeping the list of what is checked. Checks keep the words they were made with."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.renovations.acceptance.items.events import RenovationCheckItemAdded, RenovationCheckItemChanged
from crm.renovations.acceptance.items.models import Applies, RenovationCheckItem
from crm.trees.keeping import Tree


class _Tree(Tree[RenovationCheckItem]):
    model, key = RenovationCheckItem, "renovation_check_item"
    added, changed = RenovationCheckItemAdded, RenovationCheckItemChanged


TREE = _Tree()
add_item, retire, restore, move = TREE.add_kind, TREE.retire, TREE.restore, TREE.move


def add_group(values: dict[str, Any]) -> RenovationCheckItem:
    made: RenovationCheckItem = TREE.add(RenovationCheckItem(**_sound(values)))
    return made


def change(each: RenovationCheckItem, values: dict[str, Any]) -> None:
    TREE.change(each, _sound(values) if each.parent_id is None else values)


def _sound(values: dict[str, Any]) -> dict[str, Any]:
    """Raises `DomainError` where one kind of work is meant and none named."""
    if values["applies"] is not Applies.work:
        return values | {"work_id": None}
    if values["work_id"] is None:
        raise DomainError(_("Choose the kind of work these items are asked of."))
    return values
