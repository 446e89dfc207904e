"""From sheets to a draft: who is read when, and what each row says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from crm.imports.drafting.draft import ESTATE, Draft, Drafted, DraftedCustomer, EstateDraft, Kept, Refusal
from crm.imports.drafting.keeping import keep_fee_setting, keep_rest
from crm.imports.drafting.occupancies import Occupancies
from crm.imports.drafting.people import People, Tools
from crm.imports.drafting.persons import Person, persons, plates
from crm.imports.drafting.places import Places
from crm.imports.drafting.present import Present, UnitKey
from crm.imports.drafting.row import Row, RowRefused
from crm.imports.understanding import values
from crm.imports.understanding.fields import SheetKind
from crm.imports.understanding.mapping import Block
from crm.workbooks import readers

Step = Callable[[], None]
ORDER = (SheetKind.buildings, SheetKind.customers, SheetKind.units, SheetKind.rooms, SheetKind.parking, SheetKind.fees)


@dataclass(frozen=True, slots=True)
class Names:
    """The estate that the person chose ("" for none), and the one for rows that name none ("" if unclear)."""

    chosen: str
    default: str


def estate_names(blocks: list[Block], chosen: str, stem: str) -> tuple[Names, list[str]]:
    """How rows find their estate, and every estate the import touches.

    The chosen name, else what an estate column says, else the file's name: never a guess at an existing estate.
    """
    if chosen:
        return Names(chosen, chosen), [chosen]
    told = list(dict.fromkeys(name for block in blocks for name in _told(block)))
    default = stem if not told else told[0] if len(told) == 1 else ""
    return Names("", default), told or [stem]


def _told(block: Block) -> list[str]:
    column = next(iter(block.places.get("estate", [])), None)
    if column is None:
        return []
    report: list[Refusal] = []
    return [name for number, cells in block.data() if (name := Row(block, number, cells, report).text("estate"))]


def draft(blocks: list[Block], names: Names, presents: dict[str, Present], tools: Tools) -> Draft:
    """Everything the file would do. `presents`: the present state of each estate it names."""
    return _Drafter(blocks, names, presents, tools).run()


class _Drafter:
    def __init__(self, blocks: list[Block], names: Names, presents: dict[str, Present], tools: Tools) -> None:
        self._blocks = sorted(
            (block for block in blocks if block.kind in ORDER), key=lambda block: ORDER.index(block.kind)
        )
        self._names = names
        self._report: list[Refusal] = []
        self._estates = {name: Estate(name, present, tools) for name, present in presents.items()}
        self._later: list[Step] = []

    def run(self) -> Draft:
        """People who hang on an owner come after all owners are known, parking spaces after all people."""
        for kind in ORDER:
            for block in self._blocks:
                if block.kind is kind:
                    self._read(block)
            if kind is SheetKind.rooms:
                self._catch_up()
        for estate in self._estates.values():
            estate.places.finish()
        refused = sorted(self._report, key=lambda entry: (self._position(entry.sheet), entry.row))
        return Draft([estate.draft for estate in self._estates.values()], refused)

    def _position(self, sheet: str) -> int:
        return [block.sheet.name for block in self._blocks].index(sheet)

    def _read(self, block: Block) -> None:
        read = getattr(self, f"_{block.kind.value}")
        for number, cells in block.data():
            row = Row(block, number, cells, self._report)
            take = self._rest if row.empty and block.columns else read
            try:
                take(row, self._estate(row))
            except RowRefused:
                continue

    def _catch_up(self) -> None:
        for step in self._later:
            try:
                step()
            except RowRefused:
                continue
        self._later.clear()

    def _estate(self, row: Row) -> Estate:
        told = row.text("estate") if row.has("estate") else ""
        if self._names.chosen and told and told != self._names.chosen:
            text = _(
                "The row belongs to %(told)s, but this import goes into %(chosen)s.",
                told=told,
                chosen=self._names.chosen,
            )
            raise row.refused("estate", text)
        estate = self._estates.get(told or self._names.default)
        if estate is None:
            raise row.refused("estate", _("The row names no estate, and the file names several. Fill it in."))
        return estate

    def _rest(self, row: Row, estate: Estate) -> None:
        """Only columns that nothing reads hold something."""
        keep_rest(row, "", estate.draft.kept)

    def _fees(self, row: Row, estate: Estate) -> None:
        keep_fee_setting(row, estate.draft.kept)

    def _buildings(self, row: Row, estate: Estate) -> None:
        estate.places.building_row(row)
        keep_rest(row, row.text("building"), estate.draft.kept)

    def _customers(self, row: Row, estate: Estate) -> None:
        found = persons(row, estate.tools.today)
        if not found:
            raise row.refused("name", _("The name is missing. Fill it in."))
        own, owner = _numbers(row)
        first = found[0]
        if first.role in ("owner", "co_owner"):
            for position, person in enumerate(found):
                customer = estate.people.customer(person, (owner or own) if position == 0 else "", None, row)
                estate.belongings(customer, row, None)
        elif first.is_member:
            self._later.append(lambda: estate.members(found, owner, None, row))
        else:
            self._later.append(lambda: estate.guests(found, own, owner, row))
        keep_rest(row, first.name, estate.draft.kept)

    def _units(self, row: Row, estate: Estate) -> None:
        unit, key = estate.places.unit_row(row)
        found = persons(row, estate.tools.today)
        self._settle(row, estate, unit, key, found)
        keep_rest(row, unit_name(unit), estate.draft.kept)

    _rooms = _units

    def _settle(self, row: Row, estate: Estate, unit: Drafted, key: UnitKey, found: list[Person]) -> None:
        """The row's people into its unit; family waits until the unit's owner is known."""
        numbers = row.read("owner_number", readers.parts) or []
        if not found:
            estate.owners_by_number(row, unit, key, numbers)
            return
        if family := [person for person in found if person.is_member]:
            self._later.append(lambda: estate.members(family, numbers[0] if numbers else "", key, row))
        owns = found[0].role in ("owner", "co_owner")
        for position, person in enumerate(person for person in found if not person.is_member):
            number = numbers[0] if numbers and position == 0 and owns else ""
            customer = estate.people.customer(person, number, key, row)
            estate.occupancies.occupy(unit, key, customer, person.role, _period(row) if position == 0 else {}, row)
            if position == 0:
                estate.belongings(customer, row, None)

    def _parking(self, row: Row, estate: Estate) -> None:
        space, key = estate.places.space_row(row)
        role = row.read("tenure", readers.one_of(values.TENURES)) or "owner"
        customer = estate.space_holder(row, key)
        if customer:
            estate.occupancies.occupy(space, key, customer, role, _lease(row), row)
            estate.belongings(customer, row, space)
        elif row.cell("plate") is not None and plates(row):
            row.refuse("plate", _("A vehicle needs its owner. Fill in the owner's number or name."))
        keep_rest(row, unit_name(space), estate.draft.kept)


class Estate:
    """One estate's draft with its three books, and the verbs that touch more than one of them."""

    def __init__(self, name: str, present: Present, tools: Tools) -> None:
        stored = None if present.estate_id is None else {"name": name}
        self.draft = EstateDraft(Drafted(ESTATE, {"name": name}, present.estate_id, stored))
        self.draft.objects[ESTATE].append(self.draft.estate)
        self.tools = tools
        self.places = Places(self.draft, present)
        self.people = People(self.draft, present, tools)
        self.occupancies = Occupancies(self.draft, present, self.people, tools.today)

    def owners_by_number(self, row: Row, unit: Drafted, key: UnitKey, numbers: list[str]) -> None:
        for number in numbers:
            if owner := self._owner(row, number):
                self.occupancies.occupy(unit, key, owner, "owner", _period(row), row)

    def space_holder(self, row: Row, key: UnitKey) -> DraftedCustomer | None:
        """Whoever has the parking space: by number, or by name and phone."""
        number = row.text("owner_number")
        found = persons(row, self.tools.today)
        if found:
            return self.people.customer(found[0], number, key, row)
        return self._owner(row, number) if number else None

    def members(self, found: list[Person], number: str, unit: UnitKey | None, row: Row) -> None:
        """Household members of the owner they name, or of the unit's owner."""
        owner = self.people.by_number(number) if number else self.occupancies.owner_of(unit) if unit else None
        if owner is None and number:
            raise row.refused("owner_number", self._no_owner(number))
        if owner is None:
            raise row.refused("name", _("The unit has no owner whose household this could be. Add the owner's row."))
        for person in found:
            self.people.member(owner, person, row)
        self.belongings(owner, row, None)

    def guests(self, found: list[Person], own: str, owner_number: str, row: Row) -> None:
        """Tenants and users of a list of customers live in the one unit of the owner they name."""
        owner = self._owner(row, owner_number) if owner_number else None
        units = self.occupancies.units_of(owner) if owner else []
        key = units[0] if len(units) == 1 else None
        if owner and key is None:
            row.refuse(
                "owner_number",
                _(
                    "%(name)s has %(count)s units; enter by hand where this person lives.",
                    name=owner.name,
                    count=len(units),
                ),
            )
        number = own if own and not self.people.by_number(own) else ""
        customer = self.people.customer(found[0], number, key, row)
        unit = self.places.unit(key) if key else None
        if unit and key:
            self.occupancies.occupy(unit, key, customer, found[0].role, {}, row)
        self.belongings(customer, row, None)

    def belongings(self, customer: DraftedCustomer, row: Row, space: Drafted | None) -> None:
        """Vehicles, the remark, and an age without a date of birth, which no column of ours can hold."""
        said = row.said(
            {"brand": readers.known_text, "vehicle_kind": values.vehicle_kind, "colour": readers.known_text}
        )
        if "vehicle_kind" in said:
            said["kind"] = said.pop("vehicle_kind")
        for plate in plates(row):
            self.people.vehicle(customer, plate, said, space, row)
        if row.block.kind in (SheetKind.customers, SheetKind.rooms):
            customer.say(row.said({"remark": readers.known_text}), row.where)
        age = row.read("age", readers.whole(0, 130)) if row.has("age") else None
        if age and age > 1:
            self.draft.kept.append(
                Kept("age", row.block.sheet.name, row.number, {"name": customer.name, "age": str(age)})
            )

    def _owner(self, row: Row, number: str) -> DraftedCustomer | None:
        owner = self.people.by_number(number)
        if owner is None:
            row.refuse("owner_number", self._no_owner(number), number)
        return owner

    def _no_owner(self, number: str) -> str:
        reason: str = _(
            "There is no owner with number %(number)s, neither in the file nor in %(estate)s. "
            "Add the owner to the list of customers or correct the number.",
            number=number,
            estate=self.draft.name,
        )
        return reason


def unit_name(unit: Drafted) -> str:
    return str(unit.values.get("label") or (unit.stored or {})["label"])


def _numbers(row: Row) -> tuple[str, str]:
    """The person's own number and the owner's: a column that only counts rows is no number when both stand there."""
    own = row.read("own_number", readers.text_code) or "" if row.has("own_number") else ""
    owner = row.read("owner_number", readers.text_code) or "" if row.has("owner_number") else ""
    return own, owner


def _period(row: Row) -> dict[str, Any]:
    said = row.said({"move_in": readers.day, "share": readers.share})
    if "move_in" in said:
        said["starts"] = said.pop("move_in")
    return said


def _lease(row: Row) -> dict[str, Any]:
    """From and to of a parking space; the far day that stands for "no end" is none."""
    said = row.said({"starts": readers.day, "ends": readers.day})
    if said.get("ends") and said["ends"] >= values.OPEN_END:
        del said["ends"]
    if "starts" in said and "ends" in said and said["ends"] <= said["starts"]:
        row.refuse("ends", _("The end lies before the beginning. Correct one of them."))
        del said["ends"]
    return said
