"""The shipped tree of types, where there is none yet: `crm init` calls it."""

from __future__ import annotations

from sqlalchemy import select

from crm.db import session
from crm.violations.types.defaults import tree
from crm.violations.types.models import ViolationType


def seed() -> None:
    if session().scalar(select(ViolationType.id).limit(1)) is not None:
        return
    for position, (name, kinds) in enumerate(tree()):
        group = ViolationType(name=name, position=position)
        session().add(group)
        session().flush()
        session().add_all(
            ViolationType(
                parent_id=group.id,
                name=each.name,
                words=each.words,
                clause=each.clause,
                days=each.days,
                amount=each.amount,
                stops_work=each.stops_work,
                position=order,
            )
            for order, each in enumerate(kinds)
        )
    session().flush()
