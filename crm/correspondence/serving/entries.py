"""The entries that say how one kind of paper was brought: looked up, added, taken back by a row that points to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.correspondence.serving.models import Arrival, Channel
from crm.correspondence.serving.served import Served, columns_of, fault_of
from crm.db import session
from crm.errors import DomainError

SAME = ("channel", "arrival", "delivered_on", "person", "witness", "tracking", "upload_id")
Row = TypeVar("Row")


class Entries(Generic[Row]):
    """`row`: a `Delivery` with `reverses_id`; `owner`: its column that names the paper."""

    def __init__(self, row: type[Row], owner: str) -> None:
        self.row: Any = row
        self.owner = owner
        self._taking: Any = aliased(row)

    def is_live(self) -> ColumnElement[bool]:
        """An entry that takes nothing back and was not taken back; written so that no engine begins with the index of
        what takes back, in which nearly all are none."""
        return and_(
            func.coalesce(self.row.reverses_id, 0) == 0, ~exists().where(self._taking.reverses_id == self.row.id)
        )

    def is_taken_back(self, delivery_id: int) -> bool:
        return session().scalar(select(self.row.id).where(self.row.reverses_id == delivery_id)) is not None

    def same(self, paper_id: int, channel: Channel, arrival: Arrival, day: date) -> bool:
        """Whether a live entry says so already."""
        said = self.row.channel == channel, self.row.arrival == arrival, self.row.delivered_on == day
        found = select(self.row.id).where(self._of(paper_id), *said, self.is_live())
        return session().scalar(found.limit(1)) is not None

    def of(self, paper_id: int) -> Sequence[Row]:
        """All in their order, those taken back too, with their files."""
        found = select(self.row).where(self._of(paper_id)).options(joinedload(self.row.upload))
        return session().scalars(found.order_by(self.row.id)).all()

    def live(self, paper_id: int) -> Sequence[Row]:
        found = select(self.row).where(self._of(paper_id), self.is_live())
        return session().scalars(found.order_by(self.row.id)).all()

    def _of(self, paper_id: int) -> ColumnElement[bool]:
        condition: ColumnElement[bool] = getattr(self.row, self.owner) == paper_id
        return condition

    def expect(self, paper_id: int, day: date, served: Served) -> None:
        """Raises `DomainError` for what proves nothing, or is noted already; `day` is the paper's own."""
        if fault := fault_of(day, served):
            raise DomainError(fault)
        if self.same(paper_id, served.channel, served.arrival, served.delivered_on):
            raise DomainError(_("The same is noted already. Take that entry back first if it is wrong."))

    def add(self, paper_id: int, served: Served, **given: Any) -> Row:
        made: Row = self.row(**{self.owner: paper_id}, **columns_of(served), **given)
        session().add(made)
        session().flush()
        return made

    def take_back_hindrance(self, entry: Any) -> str:
        if entry.reverses_id is not None:
            return _("This entry takes another back.")
        return _("It is taken back already.") if self.is_taken_back(entry.id) else ""

    def take_back(self, entry: Any, reason: str) -> Row:
        """A row that points to the wrong one; both stay. Raises `DomainError`."""
        if refusal := self.take_back_hindrance(entry):
            raise DomainError(refusal)
        if not reason.strip():
            raise DomainError(_("Write why: it stands on the file for good."))
        facts: dict[str, Any] = {name: getattr(entry, name) for name in SAME}
        return self.add(getattr(entry, self.owner), Served(**facts, note=reason), reverses_id=entry.id)


def told(entry: Any) -> str:
    """What was written of it, in one line."""
    return " · ".join(filter(None, (entry.person, entry.witness, entry.tracking, entry.note)))
