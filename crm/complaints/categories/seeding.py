"""The shipped tree of categories, where there is none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from crm.auth.models import Department
from crm.complaints.categories.defaults import tree
from crm.complaints.categories.models import ComplaintCategory
from crm.db import session


def seed() -> None:
    if session().scalar(select(ComplaintCategory.id).limit(1)) is not None:
        return
    known = _departments()
    for position, (name, department, kinds) in enumerate(tree()):
        usual = known.get(department)
        group = ComplaintCategory(name=name, department_id=usual, position=position)
        session().add(group)
        session().flush()
        session().add_all(
            ComplaintCategory(
                parent_id=group.id, name=each.name, severity=each.severity, department_id=usual, position=order
            )
            for order, each in enumerate(kinds)
        )
    session().flush()


def set_departments() -> None:
    """Where the tree was there before the company had departments: those of the shipped groups that have none yet."""
    known = _departments()
    for name, department, _kinds in tree():
        group = session().scalars(select(ComplaintCategory).filter_by(name=name, parent_id=None, active=True)).first()
        if group is None or department not in known:
            continue
        mine = or_(ComplaintCategory.id == group.id, ComplaintCategory.parent_id == group.id)
        free = update(ComplaintCategory).where(mine, ComplaintCategory.department_id.is_(None))
        session().execute(free.values(department_id=known[department]))


def _departments() -> dict[str, int]:
    return {row.name: row.id for row in session().execute(select(Department.id, Department.name))}
