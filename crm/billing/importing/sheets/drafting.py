"""From kept rows to charge items and prices: what is new, what stands, what is refused and why. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.charges.models import BASIS_TITLES, Basis, Terms
from crm.billing.importing.sheets.reading import FIELDS, Part, Setting, Unusable, said, setting
from crm.imports.drafting.keeping import FEE_SETTING
from crm.properties.models import UnitUse
from crm.workbooks import readers
from crm.workbooks.discretion import shown
from crm.workbooks.readers import Wrong
from crm.workbooks.rows import Refusal

NONE_NUMBER = "0"  # the former program's default fee, which no sheet describes
ONE = timedelta(days=1)
What = tuple[Terms, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """`run_id`: the import that kept it, from the file called `file`."""

    run_id: int
    file: str
    kind: str
    sheet: str
    row: int
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingItem:
    """`own`: (unit, since) -> what its tariff says; `by_use`: the same of uses."""

    id: int
    basis: Basis
    own: Mapping[tuple[int, date], What]
    by_use: Mapping[tuple[UnitUse, date], What]


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """`units`: label in capitals -> (id, use); `items`: by name."""

    units: Mapping[str, tuple[int, UnitUse]]
    items: Mapping[str, StandingItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A tariff to be entered, of one unit or of a use."""

    unit_id: int | None
    use: UnitUse | None
    since: date
    terms: Terms
    price: Decimal | None
    file: str


@dataclass(kw_only=True)
class PlannedItem:
    """`wanted`: (unit, since) -> what the sheets say; `prices`: what of it is new; `standing`: how much is not."""

    name: str
    basis: Basis
    note: str
    standing_item: StandingItem | None
    wanted: dict[tuple[int, date], tuple[What, KeptRow]] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    standing: int = 0

    @property
    def units(self) -> int:
        return len({unit_id for unit_id, _since in self.wanted})

    @property
    def sums(self) -> list[Decimal]:
        """The prices it is charged at."""
        return sorted({price for (_terms, price), _row in self.wanted.values() if price is not None})

    @property
    def since(self) -> tuple[date, date] | None:
        days = [day for (_unit, day), ((terms, _price), _row) in self.wanted.items() if terms is Terms.priced]
        return (min(days), max(days)) if days else None

    @property
    def uses(self) -> list[UnitUse]:
        """Those that have one price for all of their units."""
        return [each.use for each in self.prices if each.use]


@dataclass(kw_only=True)
class Draft:
    items: dict[str, PlannedItem] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        return any(item.standing_item is None or item.prices for item in self.items.values())


def draft(rows: Sequence[KeptRow], present: Present) -> Draft:
    made = Draft()
    settings = _settings(made, [row for row in rows if row.kind == FEE_SETTING], present)
    for row in rows:
        if row.kind != FEE_SETTING:
            _assign(made, row, settings, present)
    for item in made.items.values():
        _compare(made, item, present)
    return made


Settings = dict[tuple[int, str], Setting]  # (import, number of the fee)


def _settings(made: Draft, rows: Sequence[KeptRow], present: Present) -> Settings:
    found: Settings = {}
    for row in rows:
        try:
            told = setting(row.data)
            for part in told.parts:
                _plan(made, part, told, present)
        except Unusable as wrong:
            title, value = str(FIELDS[wrong.field].title), said(row.data).get(wrong.field, "")
            made.refused.append(Refusal(row.sheet, row.row, title, shown(value), wrong.reason))
        else:
            found[row.run_id, told.number] = told
    return found


def _plan(made: Draft, part: Part, told: Setting, present: Present) -> None:
    standing, planned = present.items.get(part.name), made.items.get(part.name)
    other = standing.basis if standing else planned.basis if planned else part.basis
    if other is not part.basis:
        raise Unusable(
            "name",
            _(
                "%(name)s is charged otherwise already: %(here)s, not %(there)s. Rename that one first.",
                name=part.name,
                here=BASIS_TITLES[other],
                there=BASIS_TITLES[part.basis],
            ),
        )
    if planned is None:
        made.items[part.name] = PlannedItem(name=part.name, basis=part.basis, note=told.note, standing_item=standing)


def _assign(made: Draft, row: KeptRow, settings: Settings, present: Present) -> None:
    try:
        unit = present.units.get(row.data["unit"].upper())
        if unit is None:
            raise Unusable("unit", _("There is no such unit any more."))
        told = _setting_of(row, settings)
        since = _since(row, told)
    except Unusable as wrong:
        value = row.data.get({"unit": "unit", "number": "fee"}.get(wrong.field, "starts"), "")
        title = _("Unit") if wrong.field == "unit" else str(FIELDS[wrong.field].title)
        made.refused.append(Refusal(row.sheet, row.row, title, value, wrong.reason))
        return
    for part in told.parts:
        if part.price is not None:
            item = made.items[part.name]
            item.wanted.setdefault((unit[0], since), ((Terms.priced, part.price), row))
            if told.ends and told.ends >= since:
                item.wanted.setdefault((unit[0], told.ends + ONE), ((Terms.free, None), row))


def _setting_of(row: KeptRow, settings: Settings) -> Setting:
    """Of the same file, else the only one here with that number."""
    number = row.data.get("fee", "")
    own = settings.get((row.run_id, number))
    others = [told for (_run, other), told in settings.items() if other == number]
    if own or len(others) == 1:
        return own or others[0]
    if number == NONE_NUMBER:
        raise Unusable("number", _("0 is the former program's own default, which no sheet describes."))
    if others:
        raise Unusable("number", _("Several files have a fee with this number. Enter the price by hand."))
    raise Unusable("number", _("No fee that could be taken over has this number."))


def _since(row: KeptRow, told: Setting) -> date:
    try:
        since = readers.day(row.data.get("starts") or None) or told.begins
    except Wrong as wrong:
        raise Unusable("begins", str(wrong)) from wrong
    if since is None:
        raise Unusable("begins", _("It is not said from when on. Enter the price by hand."))
    return since


def _compare(made: Draft, item: PlannedItem, present: Present) -> None:
    """What of the wanted stands already, what stands otherwise, and what is left to enter."""
    own = item.standing_item.own if item.standing_item else {}
    by_use = item.standing_item.by_use if item.standing_item else {}
    uses, new = dict(present.units.values()), dict[tuple[int, date], tuple[What, KeptRow]]()
    for (unit_id, since), (what, row) in item.wanted.items():
        stands = own.get((unit_id, since)) or by_use.get((uses[unit_id], since))
        if stands is None:
            new[unit_id, since] = what, row
        elif stands == what:
            item.standing += 1
        else:
            reason = _("%(item)s has another price here from that day on; it stays.", item=item.name)
            made.refused.append(Refusal(row.sheet, row.row, _("Unit"), row.data["unit"], reason))
    item.prices = _prices(new, present)


def _prices(new: Mapping[tuple[int, date], tuple[What, KeptRow]], present: Present) -> list[Price]:
    """A price for a use where all its units have the same, else one for each unit."""
    of_use, uses = defaultdict[UnitUse, set[int]](set), dict(present.units.values())
    for unit_id, use in uses.items():
        of_use[use].add(unit_id)
    alike = defaultdict[tuple[UnitUse, date, What], dict[int, str]](dict)
    for (unit_id, since), (what, row) in new.items():
        alike[uses[unit_id], since, what][unit_id] = row.file
    prices = list[Price]()
    for (use, since, (terms, price)), files in alike.items():
        whole = len(files) > 1 and files.keys() == of_use[use]
        scopes = [(None, use, min(files.values()))] if whole else [(key, None, file) for key, file in files.items()]
        prices += [
            Price(unit_id=unit_id, use=of, since=since, terms=terms, price=price, file=file)
            for unit_id, of, file in scopes
        ]
    return prices
