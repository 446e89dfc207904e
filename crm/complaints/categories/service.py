"""Keeping the tree: added, changed, taken out of use, brought back, moved. Complaints keep what they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import differences, record
from crm.complaints.categories.events import ComplaintCategoryAdded, ComplaintCategoryChanged
from crm.complaints.categories.models import ComplaintCategory
from crm.complaints.categories.queries import last_position, namesake, siblings
from crm.db import session
from crm.errors import DomainError


def add_group(name: str) -> ComplaintCategory:
    return _added(ComplaintCategory(name=name), "")


def add_kind(group: ComplaintCategory, given: Mapping[str, Any]) -> ComplaintCategory:
    """`given`: name, severity and department_id."""
    if group.parent_id is not None:
        raise DomainError(_("%(name)s stands in a group itself: add to its group.", name=group.name))
    return _added(ComplaintCategory(parent_id=group.id, **given), group.name)


def _added(made: ComplaintCategory, group: str) -> ComplaintCategory:
    _refuse_taken(made, made.name)
    made.position = last_position(made.parent_id) + 1
    session().add(made)
    session().flush()
    record(ComplaintCategoryAdded(complaint_category_id=made.id, group=group, name=made.name))
    return made


def change(category: ComplaintCategory, given: Mapping[str, Any]) -> None:
    if category.active:
        _refuse_taken(category, given["name"])
    changes = differences(category, given)
    for name, value in given.items():
        setattr(category, name, value)
    _tell(category, changes)


def retire(category: ComplaintCategory) -> None:
    """With a group all that is in it is out of choice too, until it is brought back."""
    if category.active:
        category.active = False
        _tell(category, {"active": [True, False]})


def restore(category: ComplaintCategory) -> None:
    """To the end of those in use."""
    if category.active:
        return
    if category.parent and not category.parent.active:
        raise DomainError(_("%(name)s is out of use: bring that group back first.", name=category.parent.name))
    _refuse_taken(category, category.name)
    category.position = last_position(category.parent_id) + 1
    category.active = True
    _tell(category, {"active": [False, True]})


def move(category: ComplaintCategory, by: int) -> None:
    """Past its neighbour; at the end of the row nothing happens. Places are no part of what a form is opened on."""
    row = list(siblings(category))
    old = next((place for place, each in enumerate(row) if each.id == category.id), None)
    if old is None or not 0 <= old + by < len(row):
        return
    row[old], row[old + by] = row[old + by], row[old]
    for place, each in enumerate(row):
        placed = update(ComplaintCategory).where(ComplaintCategory.id == each.id, ComplaintCategory.position != place)
        session().execute(placed.values(position=place).execution_options(synchronize_session=False))
    _tell(category, {"position": [old + 1, old + by + 1]})


def _refuse_taken(category: ComplaintCategory, name: str) -> None:
    other = namesake(category.parent_id, name)
    if other is not None and other.id != category.id:
        raise DomainError(_("There is %(name)s already. Choose another name, or change that one.", name=name))


def _tell(category: ComplaintCategory, changes: dict[str, list[Any]]) -> None:
    if changes:
        session().flush()
        record(ComplaintCategoryChanged(complaint_category_id=category.id, name=category.name, changes=changes))
