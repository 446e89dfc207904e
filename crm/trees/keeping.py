"""Keeping a tree: read, added to, changed, taken out of use, brought back, moved. What has a row keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import aliased, contains_eager, joinedload

from crm.audit.log import differences, record
from crm.db import session
from crm.errors import DomainError

Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Branch(Generic[Node]):
    """A group with what is in it, what is out of use at the end."""

    group: Node
    kinds: list[Node] = field(default_factory=list)


class Tree(Generic[Node]):
    """`key` names a row in the log; `added` and `changed` are the events; rows stand beside those of the same group
    and of the same `beside` columns. `options` load what the whole tree shows."""

    model: type[Any]
    key: str
    added: Callable[..., object]
    changed: Callable[..., object]
    beside: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.group = aliased(self.model)
        self.order = (self.model.active.desc(), self.model.position, self.model.id)

    # Reading

    def kinds(self, *conditions: Any, keep: int | None = None) -> Sequence[Node]:
        """What can be chosen, with its group, in the tree's order; `keep` as well, for what has it already."""
        model, group = self.model, self.group
        live = (model.active & group.active) | (model.id == (keep or 0))
        found = select(model).join(group, model.parent.of_type(group)).where(live, *conditions)
        ordered = found.order_by(group.position, group.id, model.position, model.id)
        return session().scalars(ordered.options(contains_eager(model.parent.of_type(group)))).all()

    def branches(self, *options: Any) -> list[Branch[Node]]:
        rows = session().scalars(select(self.model).options(*options).order_by(*self.order)).all()
        branches = {row.id: Branch(row) for row in rows if row.parent_id is None}
        for row in rows:
            if row.parent_id is not None:
                branches[row.parent_id].kinds.append(row)
        return list(branches.values())

    def get(self, node_id: int) -> Node:
        """With its group; 404 when there is none."""
        found = select(self.model).where(self.model.id == node_id).options(joinedload(self.model.parent))
        node: Node | None = session().scalars(found).one_or_none()
        return node or abort(404)

    # Keeping

    def add(self, made: Any, group: str = "") -> Any:
        self._refuse_taken(made, made.name)
        made.position = self._last_position(made) + 1
        session().add(made)
        session().flush()
        further = {name: getattr(made, name).value for name in self.beside}
        record(self.added(**{f"{self.key}_id": made.id}, group=group, name=made.name, **further))
        return made

    def add_kind(self, group: Any, given: Mapping[str, Any]) -> Any:
        if group.parent_id is not None:
            raise DomainError(_("%(name)s stands in a group itself: add to its group.", name=group.name))
        same = {name: getattr(group, name) for name in self.beside}
        return self.add(self.model(parent_id=group.id, **same, **given), group.name)

    def change(self, node: Any, given: Mapping[str, Any]) -> None:
        if node.active:
            self._refuse_taken(node, given["name"])
        changes = differences(node, given)
        for name, value in given.items():
            setattr(node, name, value)
        self._tell(node, changes)

    def retire(self, node: Any) -> None:
        """With a group all that is in it is out of choice too, until it is brought back."""
        if node.active:
            node.active = False
            self._tell(node, {"active": [True, False]})

    def restore(self, node: Any) -> None:
        """To the end of those in use."""
        if node.active:
            return
        if node.parent and not node.parent.active:
            raise DomainError(_("%(name)s is out of use: bring that group back first.", name=node.parent.name))
        self._refuse_taken(node, node.name)
        node.position = self._last_position(node) + 1
        node.active = True
        self._tell(node, {"active": [False, True]})

    def move(self, node: Any, by: int) -> None:
        """Past its neighbour; at the end of the row nothing happens. Places are no part of what a form is opened on."""
        row = list(session().scalars(self._beside(node).order_by(*self.order)))
        old = next((place for place, each in enumerate(row) if each.id == node.id), None)
        if old is None or not 0 <= old + by < len(row):
            return
        row[old], row[old + by] = row[old + by], row[old]
        for place, each in enumerate(row):
            placed = update(self.model).where(self.model.id == each.id, self.model.position != place)
            session().execute(placed.values(position=place).execution_options(synchronize_session=False))
        self._tell(node, {"position": [old + 1, old + by + 1]})

    # Within

    def _beside(self, node: Any) -> Select[Any]:
        """Those in use that stand beside it, itself among them."""
        same = [getattr(self.model, name) == getattr(node, name) for name in ("parent_id", *self.beside)]
        return select(self.model).where(*same, self.model.active)

    def _refuse_taken(self, node: Any, name: str) -> None:
        with session().no_autoflush:
            other = session().scalars(self._beside(node).where(self.model.name == name)).one_or_none()
        if other is not None and other.id != node.id:
            raise DomainError(_("There is %(name)s already. Choose another name, or change that one.", name=name))

    def _last_position(self, node: Any) -> int:
        """-1 where there is nothing yet."""
        found: int | None = session().scalar(self._beside(node).with_only_columns(func.max(self.model.position)))
        return -1 if found is None else found

    def _tell(self, node: Any, changes: dict[str, list[Any]]) -> None:
        if changes:
            session().flush()
            record(self.changed(**{f"{self.key}_id": node.id}, name=node.name, changes=changes))
