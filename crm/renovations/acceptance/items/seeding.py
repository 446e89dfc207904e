"""The shipped list, where there is none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import select

from crm.db import session
from crm.renovations.acceptance.items.defaults import tree
from crm.renovations.acceptance.items.models import RenovationCheckItem


def seed() -> None:
    if session().scalar(select(RenovationCheckItem.id).limit(1)) is not None:
        return
    for position, each in enumerate(tree()):
        group = RenovationCheckItem(name=each.name, applies=each.applies, position=position)
        session().add(group)
        session().flush()
        session().add_all(
            RenovationCheckItem(
                parent_id=group.id,
                name=item.name,
                advice=item.advice,
                hours=item.hours,
                second=item.second,
                position=order,
            )
            for order, item in enumerate(each.items)
        )
    session().flush()
