"""All that hangs on one dossier, read row by row when somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from crm.archive.credit.models import Client, Project
from crm.archive.dossiers.models import Correction, Custody, Dossier, Item, Removal, TemplateSection, TemplateSlot
from crm.archive.handover.models import Handover
from crm.dates import beginning_of
from crm.db import session
from crm.tenants.models import Customer, Occupancy


def rows(table: Any, **wanted: Any) -> list[Any]:
    """In the order of their ids; a list of values means any of them."""
    return list(session().scalars(select(table).where(*_conditions(table, wanted)).order_by(*_key(table))))


def _conditions(table: Any, wanted: dict[str, Any]) -> Iterable[Any]:
    for name, value in wanted.items():
        column = getattr(table, name)
        yield column.in_(value) if isinstance(value, list) else column == value


def _key(table: Any) -> Any:
    return table.__mapper__.primary_key


def _checklists(table: Any) -> dict[int, Any]:
    """The same of every dossier: read once for each session."""
    known: dict[Any, dict[int, Any]] = session().info.setdefault("checklists", {})
    if table not in known:
        known[table] = {row.id: row for row in rows(table)}
    return known[table]


def ids(things: Iterable[Any]) -> list[int]:
    return [thing.id for thing in things]


def name_of(slot: TemplateSlot) -> str:
    return slot.code or slot.title


@dataclass
class Books:
    dossier: Dossier
    day: date
    parts: dict[Any, list[Any]] = field(default_factory=dict)  # of the customer's files, by table

    def before(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def moment_before(self, days: int) -> datetime:
        return beginning_of(self.before(days))

    # The dossier

    @cached_property
    def former(self) -> list[Dossier]:
        """The dossiers of merged files that go on in this one, however often they were merged."""
        found: list[Dossier] = []
        coming = [self.dossier]
        while coming:
            coming = rows(Dossier, continued_in_id=ids(coming))
            found += coming
        return found

    @cached_property
    def everywhere(self) -> list[Dossier]:
        return [self.dossier, *self.former]

    @cached_property
    def papers(self) -> list[Item]:
        """What lies here or in one of those."""
        return self._lying(rows(Item, dossier_id=ids(self.everywhere)))

    @cached_property
    def own_papers(self) -> list[Item]:
        return [item for item in self.papers if item.dossier_id == self.dossier.id]

    def _lying(self, items: list[Item]) -> list[Item]:
        gone = {row.item_id for row in rows(Removal, item_id=ids(items)) if row.state == "approved"}
        return [item for item in items if item.id not in gone]

    @property
    def slots(self) -> dict[int, TemplateSlot]:
        return _checklists(TemplateSlot)

    @property
    def sections(self) -> dict[int, TemplateSection]:
        return _checklists(TemplateSection)

    def slot(self, item: Item) -> TemplateSlot | None:
        return self.slots[item.slot_id] if item.slot_id else None

    def alike(self, one: Item, other: Item) -> bool:
        """The same document of a checklist; a loose one by its title."""
        if one.slot_id is None or other.slot_id is None:
            return one.slot_id == other.slot_id and one.title == other.title
        code = self.slots[one.slot_id].code
        return one.slot_id == other.slot_id or (code != "" and code == self.slots[other.slot_id].code)

    def shown(self, item: Item, field: str) -> str:
        """As it was filed, or as it was corrected last."""
        made = [row for row in rows(Correction, item_id=item.id) if row.field == field and row.state == "approved"]
        if made:
            return str(max(made, key=lambda row: (row.decided_at, row.id)).new)
        return str(getattr(item, field) or "")

    @cached_property
    def custody(self) -> Custody | None:
        return next((row for row in rows(Custody, dossier_id=self.dossier.id) if row.ends_at is None), None)

    # The customer

    @cached_property
    def customer(self) -> Customer:
        return session().get_one(Customer, self.dossier.subject_id)

    @cached_property
    def files(self) -> list[int]:
        """Of the customer: the own one and those merged into it."""
        return [self.customer.id, *ids(rows(Customer, merged_into_id=self.customer.id))]

    def of_files(self, table: Any) -> list[Any]:
        if table not in self.parts:
            self.parts[table] = rows(table, customer_id=self.files)
        return self.parts[table]

    def live(self, table: Any) -> list[Any]:
        return [part for part in self.of_files(table) if part.lasts_on(self.day)]

    @cached_property
    def ties(self) -> list[Occupancy]:
        """To units, today."""
        return self.live(Occupancy)

    @property
    def is_here(self) -> bool:
        return bool(self.ties)

    # The project

    @cached_property
    def project(self) -> Project | None:
        return next(iter(rows(Project, dossier_id=self.dossier.id)), None)

    @cached_property
    def client(self) -> Client | None:
        return session().get_one(Client, self.project.client_id) if self.project else None

    @cached_property
    def handover(self) -> Handover | None:
        return next(iter(rows(Handover, dossier_id=self.dossier.id)), None)
