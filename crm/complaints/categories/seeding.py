"""The shipped tree of categories, where there is none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import select

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


def _departments() -> dict[str, int]:
    return {row.name: row.id for row in session().execute(select(Department.id, Department.name))}
