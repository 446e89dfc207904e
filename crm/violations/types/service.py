"""Keeping the tree: added, changed, taken out of use, brought back, moved. Violations keep what they have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import differences, record
from crm.db import session
from crm.errors import DomainError
from crm.violations.types.events import ViolationTypeAdded, ViolationTypeChanged
from crm.violations.types.models import ViolationType
from crm.violations.types.queries import last_position, namesake, siblings


def add_category(name: str) -> ViolationType:
    return _added(ViolationType(name=name), "")


def add_type(category: ViolationType, given: Mapping[str, Any]) -> ViolationType:
    """`given`: name, words, clause, days, amount and stops_work."""
    if category.parent_id is not None:
        raise DomainError(_("%(name)s is a type itself: add to its category.", name=category.name))
    return _added(ViolationType(parent_id=category.id, **given), category.name)


def _added(made: ViolationType, group: str) -> ViolationType:
    _refuse_taken(made, made.name)
    made.position = last_position(made.parent_id) + 1
    session().add(made)
    session().flush()
    record(ViolationTypeAdded(violation_type_id=made.id, group=group, name=made.name))
    return made


def change(each: ViolationType, given: Mapping[str, Any]) -> None:
    """What is noted already keeps its words."""
    if each.active:
        _refuse_taken(each, given["name"])
    changes = differences(each, given)
    for name, value in given.items():
        setattr(each, name, value)
    _tell(each, changes)


def retire(each: ViolationType) -> None:
    """With a category its types are out of choice too, until it is brought back."""
    if each.active:
        each.active = False
        _tell(each, {"active": [True, False]})


def restore(each: ViolationType) -> None:
    """To the end of those in use."""
    if each.active:
        return
    if each.parent and not each.parent.active:
        raise DomainError(_("%(name)s is out of use: bring that category back first.", name=each.parent.name))
    _refuse_taken(each, each.name)
    each.position = last_position(each.parent_id) + 1
    each.active = True
    _tell(each, {"active": [False, True]})


def move(each: ViolationType, by: int) -> None:
    """Past its neighbour; at the end of the row nothing happens. Places are no part of what a form is opened on."""
    row = list(siblings(each))
    old = next((place for place, other in enumerate(row) if other.id == each.id), None)
    if old is None or not 0 <= old + by < len(row):
        return
    row[old], row[old + by] = row[old + by], row[old]
    for place, other in enumerate(row):
        placed = update(ViolationType).where(ViolationType.id == other.id, ViolationType.position != place)
        session().execute(placed.values(position=place).execution_options(synchronize_session=False))
    _tell(each, {"position": [old + 1, old + by + 1]})


def _refuse_taken(each: ViolationType, name: str) -> None:
    other = namesake(each.parent_id, name)
    if other is not None and other.id != each.id:
        raise DomainError(_("There is %(name)s already. Choose another name, or change that one.", name=name))


def _tell(each: ViolationType, changes: dict[str, list[Any]]) -> None:
    if changes:
        session().flush()
        record(ViolationTypeChanged(violation_type_id=each.id, name=each.name, changes=changes))
