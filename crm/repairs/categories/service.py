"""Keeping the tree: added, changed, taken out of use, brought back, moved. Orders keep what they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import differences, record
from crm.db import session
from crm.errors import DomainError
from crm.repairs.categories.events import RepairCategoryAdded, RepairCategoryChanged
from crm.repairs.categories.models import PLACE_TITLES, Place, RepairCategory
from crm.repairs.categories.queries import last_position, namesake, siblings


def add_category(place: Place, name: str) -> RepairCategory:
    return _added(RepairCategory(place=place, name=name), "")


def add_problem(category: RepairCategory, given: Mapping[str, Any]) -> RepairCategory:
    """`given`: name, trade, priority and warranty."""
    if category.parent_id is not None:
        raise DomainError(_("%(name)s is a problem itself: add to its category.", name=category.name))
    return _added(RepairCategory(parent_id=category.id, place=category.place, **given), category.name)


def _added(made: RepairCategory, group: str) -> RepairCategory:
    _refuse_taken(made, made.name)
    made.position = last_position(made.place, made.parent_id) + 1
    session().add(made)
    session().flush()
    record(RepairCategoryAdded(repair_category_id=made.id, place=made.place.value, group=group, name=made.name))
    return made


def change(category: RepairCategory, given: Mapping[str, Any]) -> None:
    if category.active:
        _refuse_taken(category, given["name"])
    changes = differences(category, given)
    for name, value in given.items():
        setattr(category, name, value)
    _tell(category, changes)


def retire(category: RepairCategory) -> None:
    """With a category its problems are out of choice too, until it is brought back."""
    if category.active:
        category.active = False
        _tell(category, {"active": [True, False]})


def restore(category: RepairCategory) -> None:
    """To the end of those in use."""
    if category.active:
        return
    if category.parent and not category.parent.active:
        raise DomainError(_("%(name)s is out of use: bring that category back first.", name=category.parent.name))
    _refuse_taken(category, category.name)
    category.position = last_position(category.place, category.parent_id) + 1
    category.active = True
    _tell(category, {"active": [False, True]})


def move(category: RepairCategory, by: int) -> None:
    """Past its neighbour; at the end of the row nothing happens. Places are no part of what a form is opened on."""
    row = list(siblings(category))
    old = next((place for place, each in enumerate(row) if each.id == category.id), None)
    if old is None or not 0 <= old + by < len(row):
        return
    row[old], row[old + by] = row[old + by], row[old]
    for place, each in enumerate(row):
        placed = update(RepairCategory).where(RepairCategory.id == each.id, RepairCategory.position != place)
        session().execute(placed.values(position=place).execution_options(synchronize_session=False))
    _tell(category, {"position": [old + 1, old + by + 1]})


def _refuse_taken(category: RepairCategory, name: str) -> None:
    other = namesake(category.place, category.parent_id, name)
    if other is not None and other.id != category.id:
        where = category.parent.name if category.parent_id and category.parent else PLACE_TITLES[category.place]
        raise DomainError(
            _(
                "There is %(name)s already in “%(where)s”. Choose another name, or change that one.",
                name=name,
                where=where,
            )
        )


def _tell(category: RepairCategory, changes: dict[str, list[Any]]) -> None:
    if changes:
        session().flush()
        record(RepairCategoryChanged(repair_category_id=category.id, name=category.name, changes=changes))
