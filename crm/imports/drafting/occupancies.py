"""Who stands in which unit, in what role: the occupancies of one estate's draft."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.imports.drafting.draft import OCCUPANCY, Drafted, DraftedCustomer, EstateDraft
from crm.imports.drafting.people import People, role_class
from crm.imports.drafting.present import Present, StoredOccupancy, UnitKey
from crm.imports.drafting.row import Row
from crm.tenants.models import OccupancyRole

Place = tuple[UnitKey, DraftedCustomer, str]


class Occupancies:
    def __init__(self, draft: EstateDraft, present: Present, people: People, today: date) -> None:
        self._draft = draft
        self._today = today
        self._stored: dict[Place, StoredOccupancy] = {}
        self._drafted: dict[Place, Drafted] = {}
        self._owners: dict[UnitKey, DraftedCustomer] = {}
        self._units_of: dict[DraftedCustomer, list[UnitKey]] = {}
        for entry in present.occupancies:
            self._know_stored(entry, people.stored[entry.customer_id])

    def owner_of(self, unit: UnitKey) -> DraftedCustomer | None:
        return self._owners.get(unit)

    def units_of(self, owner: DraftedCustomer) -> list[UnitKey]:
        """The units, without parking spaces, that this owner holds by the file or by the database."""
        return [key for key in self._units_of.get(owner, []) if key[0] == "unit"]

    def occupy(
        self, unit: Drafted, key: UnitKey, customer: DraftedCustomer, role: str, said: dict[str, Any], row: Row
    ) -> None:
        """Put the customer into the unit; whoever comes after the unit's owner as an owner is a co-owner."""
        place = (key, customer, role_class(role))
        occupancy = self._drafted.get(place)
        if occupancy is None:
            occupancy = self._drafted[place] = self._new(unit, place, role, said)
            self._draft.objects[OCCUPANCY].append(occupancy)
        if role_class(role) == "owner":
            self._owners.setdefault(key, customer)
            self._own(customer, key)
        for field in occupancy.contradictions(said):
            column = field if row.has(field) else "move_in"
            reason = _("It says something else than %(where)s. Correct one of them.", where=occupancy.said_at)
            row.refuse(column, reason)
        occupancy.say(said, row.where)

    def _know_stored(self, entry: StoredOccupancy, customer: DraftedCustomer) -> None:
        self._stored[entry.unit, customer, role_class(entry.values["role"])] = entry
        ends = entry.values["ends"]
        if role_class(entry.values["role"]) == "owner" and (ends is None or ends > self._today):
            self._own(customer, entry.unit)
            if entry.values["role"] == OccupancyRole.owner:
                self._owners[entry.unit] = customer

    def _own(self, customer: DraftedCustomer, unit: UnitKey) -> None:
        units = self._units_of.setdefault(customer, [])
        if unit not in units:
            units.append(unit)

    def _new(self, unit: Drafted, place: Place, role: str, said: dict[str, Any]) -> Drafted:
        """A period that has ended stays ended, unless the file says that a later one began."""
        key, customer, _class = place
        refs: dict[str, Drafted] = {"unit_id": unit, "customer_id": customer}
        stored = self._stored.get(place)
        ended = stored.values["ends"] if stored else None
        if stored and not (ended and said.get("starts") and said["starts"] >= ended):
            return Drafted(OCCUPANCY, {}, stored.id, stored.values, refs)
        return Drafted(OCCUPANCY, {"role": self._role(key, customer, role)}, refs=refs)

    def _role(self, unit: UnitKey, customer: DraftedCustomer, role: str) -> OccupancyRole:
        if role == "owner" and self._owners.get(unit) not in (None, customer):
            return OccupancyRole.co_owner
        return OccupancyRole(role)
