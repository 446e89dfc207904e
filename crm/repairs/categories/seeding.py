"""The shipped tree of categories, where there is none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import select

from crm.db import session
from crm.repairs.categories.defaults import tree
from crm.repairs.categories.models import RepairCategory


def seed() -> None:
    if session().scalar(select(RepairCategory.id).limit(1)) is not None:
        return
    for position, (place, name, problems) in enumerate(tree()):
        group = RepairCategory(place=place, name=name, position=position)
        session().add(group)
        session().flush()
        session().add_all(
            RepairCategory(
                parent_id=group.id,
                place=place,
                name=each.name,
                trade=each.trade,
                priority=each.priority,
                warranty=each.warranty,
                position=order,
            )
            for order, each in enumerate(problems)
        )
    session().flush()
