"""Customers, members, vehicles and occupancies of one estate's draft, and who is the same as whom.

Two customers are the same when the company's own number agrees, or the ID number, or name and phone, or name, unit
and role; never by the name alone. Decision 009.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from flask_babel import gettext as _

from crm.identity import mask_id_number
from crm.imports.drafting.draft import CUSTOMER, MEMBER, VEHICLE, Drafted, DraftedCustomer, DraftedMember, EstateDraft
from crm.imports.drafting.persons import Person
from crm.imports.drafting.present import Present, UnitKey
from crm.imports.drafting.row import Row
from crm.tenants.models import MemberRole

Standing = tuple[str, UnitKey, str]  # name, unit, class of role


@dataclass(frozen=True, slots=True)
class Tools:
    """What drafting needs from outside: the blind index of an ID number, and the business day."""

    blind_index: Callable[[str], str]
    today: date


def role_class(role: str) -> str:
    """Owner and co-owner are one: which of two stands first may differ from file to file."""
    return "owner" if role == "co_owner" else role


class People:
    def __init__(self, draft: EstateDraft, present: Present, tools: Tools) -> None:
        self._draft = draft
        self._present = present
        self._tools = tools
        self._by_number: dict[str, DraftedCustomer] = {}
        self._by_id: dict[str, DraftedCustomer] = {}
        self._by_phone: dict[tuple[str, str], DraftedCustomer] = {}
        self._by_standing: dict[Standing, DraftedCustomer] = {}
        self._members: dict[tuple[DraftedCustomer, str], DraftedMember] = {}
        self._vehicles: dict[tuple[DraftedCustomer, str], Drafted] = {}
        self.stored: dict[int, DraftedCustomer] = {}
        self._know_stored()

    def by_number(self, number: str) -> DraftedCustomer | None:
        return self._by_number.get(number)

    def customer(self, person: Person, number: str, unit: UnitKey | None, row: Row) -> DraftedCustomer:
        """The customer this person is, known or new, with what the row says. Raises `RowRefused`."""
        standing: Standing | None = (person.name, unit, role_class(person.role)) if unit else None
        self._drop_foreign_id(person, number, row)
        index = self._tools.blind_index(person.id_number) if person.id_number else ""
        found = self._find(person, number, index, standing)
        if found and found.said_at and number and found is self._by_number.get(number) and found.name != person.name:
            text = _(
                "Number %(number)s belongs to %(name)s (%(where)s). Correct one of them.",
                number=number,
                name=found.name,
                where=found.said_at,
            )
            raise row.refused("name", text, person.name)
        if not found and not (number or index or person.phones or standing):
            raise row.refused(
                "name",
                _("Nothing tells this person from others of the same name. Add a phone, an ID number or a number."),
            )
        customer = found or DraftedCustomer(CUSTOMER, {})
        self._say(customer, person, number, index, row)
        self._know(customer, number, standing)
        return customer

    def member(self, owner: DraftedCustomer, person: Person, row: Row) -> None:
        """A person of the owner's household."""
        member = self._members.get((owner, person.name)) or self._new_member(owner, person.name)
        said: dict[str, Any] = {"role": MemberRole(person.role)}
        if person.phones:
            said["phone"] = person.phones[0]
        for number in person.phones[1:]:
            row.refuse("phone", _("A household member has one phone number; add the others by hand."), number)
        if "sex" in person.facts:
            said["sex"] = person.facts["sex"]
        if person.id_number:
            said |= self._identity(person.id_number)
            member.id_number = person.id_number
        member.say(said, row.where)

    def vehicle(
        self, customer: DraftedCustomer, plate: str, said: dict[str, Any], space: Drafted | None, row: Row
    ) -> None:
        vehicle = self._vehicles.get((customer, plate)) or self._new_vehicle(customer, plate)
        if space:
            vehicle.refs["unit_id"] = space
            if vehicle.stored is not None and (space.id is None or vehicle.stored["unit_id"] != space.id):
                said = said | {"unit_id": space.id}
        vehicle.say(said, row.where)

    # -- knowing -----------------------------------------------------------------------------------------------------

    def _know_stored(self) -> None:
        for entry in self._present.customers:
            customer = DraftedCustomer(CUSTOMER, {}, entry.id, entry.values, stored_phones=entry.phones)
            self.stored[entry.id] = customer
            self._know(customer, entry.values["source_number"] or "", None)
        for occupancy in self._present.occupancies:
            holder = self.stored[occupancy.customer_id]
            standing: Standing = (holder.name, occupancy.unit, role_class(occupancy.values["role"]))
            self._by_standing.setdefault(standing, holder)
        self._know_merged()

    def _know_merged(self) -> None:
        """Under any name of files that are one customer, what stands in one of them leads to it, never to a third."""
        stored = self.stored
        names = {key: {stored[each].name for each in family} for family in self._present.merged for key in family}
        for key, own in names.items():
            for name, digits in product(own, stored[key].stored_phones):
                self._by_phone.setdefault((name, digits), stored[key])
        for occupancy in self._present.occupancies:
            for name in names.get(occupancy.customer_id, ()):
                standing: Standing = (name, occupancy.unit, role_class(occupancy.values["role"]))
                self._by_standing.setdefault(standing, stored[occupancy.customer_id])

    def _know(self, customer: DraftedCustomer, number: str, standing: Standing | None) -> None:
        if number:
            self._by_number.setdefault(number, customer)
        if index := customer.known("id_index"):
            self._by_id.setdefault(index, customer)
        for digits in (*customer.phones, *customer.stored_phones):
            self._by_phone.setdefault((customer.name, digits), customer)
        if standing:
            self._by_standing.setdefault(standing, customer)

    def _find(self, person: Person, number: str, index: str, standing: Standing | None) -> DraftedCustomer | None:
        if number and (known := self._by_number.get(number)):
            return known
        if index and (known := self._by_id.get(index)):
            return known
        likely = [self._by_phone.get((person.name, digits)) for digits in person.phones]
        likely += [self._by_standing.get(standing)] if standing else []
        return next((known for known in likely if known and not _another(known, index)), None)

    def _drop_foreign_id(self, person: Person, number: str, row: Row) -> None:
        """The same valid ID number under two names: the second is refused, the person taken without it."""
        if not person.id_number:
            return
        holder = self._by_id.get(self._tools.blind_index(person.id_number))
        if not holder or holder.name == person.name:
            return
        if holder.said_at or (number and holder is not self._by_number.get(number)):
            text = _(
                "This ID number belongs to %(name)s already. Look at both papers and correct one.", name=holder.name
            )
            row.refuse("id_number", text, person.id_number)
            person.id_number = ""

    # -- saying ------------------------------------------------------------------------------------------------------

    def _say(self, customer: DraftedCustomer, person: Person, number: str, index: str, row: Row) -> None:
        if not customer.said_at:
            self._draft.objects[CUSTOMER].append(customer)
        said: dict[str, Any] = {"name": person.name, **person.facts}
        if person.kind_said or customer.stored is None:
            said["kind"] = person.kind
        if index:
            said |= self._identity(person.id_number)
            customer.id_number = customer.id_number or person.id_number
        if number:
            self._number(customer, number, said, row)
        for field in customer.contradictions(said):
            self._refuse_contradiction(customer, field, row)
        customer.say(said, row.where)
        customer.phones += [digits for digits in person.phones if digits not in customer.phones]

    def _number(self, customer: DraftedCustomer, number: str, said: dict[str, Any], row: Row) -> None:
        known = customer.known("source_number")
        if not known:
            said["source_number"] = number
        elif known != number:
            text = _(
                "%(name)s has number %(known)s already; one number per customer is kept.",
                name=customer.name,
                known=known,
            )
            row.refuse("owner_number" if row.has("owner_number") else "own_number", text, number)

    def _refuse_contradiction(self, customer: DraftedCustomer, field: str, row: Row) -> None:
        column = {"kind": "customer_kind", "id_index": "id_number"}.get(field, field)
        if row.has(column):
            row.refuse(column, _("It says something else than %(where)s. Correct one of them.", where=customer.said_at))

    def _identity(self, number: str) -> dict[str, str]:
        return {"id_index": self._tools.blind_index(number), "id_masked": mask_id_number(number)}

    def _new_member(self, owner: DraftedCustomer, name: str) -> DraftedMember:
        found = self._present.members.get((owner.id or 0, name))
        key, stored = found or (None, None)
        member = DraftedMember(MEMBER, {} if found else {"name": name}, key, stored, {"customer_id": owner})
        self._members[owner, name] = member
        self._draft.objects[MEMBER].append(member)
        return member

    def _new_vehicle(self, customer: DraftedCustomer, plate: str) -> Drafted:
        found = self._present.vehicles.get((customer.id or 0, plate))
        key, stored = found or (None, None)
        vehicle = Drafted(VEHICLE, {} if found else {"plate": plate}, key, stored, {"customer_id": customer})
        self._vehicles[customer, plate] = vehicle
        self._draft.objects[VEHICLE].append(vehicle)
        return vehicle


def _another(known: DraftedCustomer, index: str) -> bool:
    """Two valid ID numbers that differ are two people, whatever else agrees."""
    theirs = known.known("id_index")
    return bool(index and theirs and theirs != index)
