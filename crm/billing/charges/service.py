"""The verbs of charge items, tariffs and shared costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arithmetic import first_of
from crm.billing.charges import limits, queries, standing
from crm.billing.charges.events import (
    ChargeItemAdded,
    ChargeItemChanged,
    ChargeItemRetired,
    ChargeItemTakenUp,
    SharedCostEntered,
    TariffEntered,
    TariffsTakenOver,
)
from crm.billing.charges.models import (
    BY_TARIFF,
    Basis,
    ChargeItem,
    LegalBasis,
    MeterKind,
    Payer,
    SharedBy,
    SharedCost,
    Tariff,
    Terms,
)
from crm.bulk import pour
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit, UnitUse

FIXED = ("basis", "meter_kind")  # what earlier tariffs and bills were reckoned by


def starters() -> tuple[tuple[str, dict[str, Any]], ...]:
    """What most estates charge for, in the reader's language."""
    return (
        (_("Property service fee"), {"basis": Basis.built_area}),
        (_("Share of public energy"), {"basis": Basis.shared, "shared_by": SharedBy.built_area}),
        (_("Water fee"), {"basis": Basis.meter, "meter_kind": MeterKind.water, "payer": Payer.occupant}),
        (_("Electricity fee"), {"basis": Basis.meter, "meter_kind": MeterKind.electricity, "payer": Payer.occupant}),
        (_("Parking management fee"), {"basis": Basis.fixed}),
        (_("Removal of renovation waste"), {"basis": Basis.single}),
        (_("Late fee"), {"basis": Basis.late_fee}),
    )


def add_starters(estate: Estate) -> list[ChargeItem]:
    """Raises `DomainError` for an estate that has items."""
    session().execute(select(Estate.id).where(Estate.id == estate.id).with_for_update())
    if queries.has_items(estate.id):
        raise DomainError(_("%(estate)s has charge items already.", estate=estate.name))
    note = _("Proposed. To be confirmed by the company.")
    return [
        add_item(estate, name=name, position=place, note=note, **facts)
        for place, (name, facts) in enumerate(starters(), start=1)
    ]


def add_item(estate: Estate, **facts: Any) -> ChargeItem:
    _refuse_taken(estate.id, facts["name"])
    item = ChargeItem(estate_id=estate.id, **facts)
    session().add(item)
    session().flush()
    record(ChargeItemAdded(charge_item_id=item.id, estate_id=estate.id, name=item.name, basis=item.basis))
    return item


def is_fixed(item: ChargeItem) -> bool:
    """Whether tariffs or bills stand on its basis."""
    return queries.has_tariffs(item.id) or standing.has_bills(item.id)


def change_item(item: ChargeItem, facts: Mapping[str, Any]) -> None:
    """Raises `DomainError` for another basis once tariffs or bills stand on it, for another rounding once bills do,
    and for a name that is taken."""
    changes = {name: [getattr(item, name), new] for name, new in facts.items() if getattr(item, name) != new}
    _refuse_fixed(item, changes)
    if "name" in changes:
        _refuse_taken(item.estate_id, facts["name"])
    for name, (_old, new) in changes.items():
        setattr(item, name, new)
    if changes:
        session().flush()
        record(ChargeItemChanged(charge_item_id=item.id, changes=changes))


def _refuse_fixed(item: ChargeItem, changes: Mapping[str, Any]) -> None:
    if changes.keys() & set(FIXED) and is_fixed(item):
        raise DomainError(
            _("Prices or bills stand on how this item is charged. Retire it and add a new one for another basis.")
        )
    if "rounding" in changes and standing.has_bills(item.id):
        raise DomainError(_("Bills stand that were rounded so. Retire the item and add a new one to round otherwise."))


def _refuse_taken(estate_id: int, name: str) -> None:
    if queries.find_item(estate_id, name):
        raise DomainError(_("This estate has an item called %(name)s already.", name=name))


def retire(item: ChargeItem) -> None:
    """No run charges it any more; its bills stay."""
    if not item.active:
        raise DomainError(_("%(item)s is retired already.", item=item.name))
    item.active = False
    record(ChargeItemRetired(charge_item_id=item.id, name=item.name))


def take_up(item: ChargeItem) -> None:
    if item.active:
        raise DomainError(_("%(item)s is in use.", item=item.name))
    item.active = True
    record(ChargeItemTakenUp(charge_item_id=item.id, name=item.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a new tariff says of one unit; `unit` None: of a use or of all."""

    unit: Unit | None = None
    price: Decimal | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A new tariff: from when, on what terms and basis, and what it says of whom."""

    since: date
    terms: Terms
    use: UnitUse | None
    legal_basis: LegalBasis
    reference: str
    note: str
    lines: tuple[Priced, ...]


def tariff_hindrance(item: ChargeItem, entry: Entry) -> str:
    """Why the entry cannot be made, or ""."""
    if item.basis not in BY_TARIFF:
        return _("%(item)s has no price: its sums are entered or shared out.", item=item.name)
    if entry.terms is Terms.general and not all(line.unit for line in entry.lines):
        return _("“As all others” is said of single units.")
    if entry.terms is Terms.priced and not entry.reference:
        return _("Write the number of the contract, the filing or the resolution that allows the price.")
    return next((fault for line in entry.lines if (fault := line_fault(item, entry.terms, line))), "")


def line_fault(item: ChargeItem, terms: Terms, line: Priced) -> str:
    if (terms is Terms.priced) != (line.price is not None):
        return _("Write the price.") if terms is Terms.priced else _("On these terms there is no price.")
    if item.basis is Basis.meter and line.quantity is not None:
        return _("The quantity is what the meter counts; leave it empty.")
    return limits.fault_of(item.basis, line.price, line.quantity)


def enter_tariffs(item: ChargeItem, entry: Entry) -> list[Tariff]:
    """Raises `DomainError` for what `tariff_hindrance` says."""
    if reason := tariff_hindrance(item, entry):
        raise DomainError(reason)
    tariffs = [_tariff(item, entry, line) for line in entry.lines]
    session().add_all(tariffs)
    session().flush()
    for tariff in tariffs:
        record(
            TariffEntered(
                charge_item_id=item.id,
                unit_id=tariff.unit_id,
                use=tariff.use,
                since=tariff.since,
                terms=tariff.terms,
                price=tariff.price,
                quantity=tariff.quantity,
                legal_basis=tariff.legal_basis,
                reference=tariff.reference,
            )
        )
    return tariffs


def _tariff(item: ChargeItem, entry: Entry, line: Priced) -> Tariff:
    return Tariff(
        item_id=item.id,
        unit_id=line.unit.id if line.unit else None,
        use=entry.use,
        since=entry.since,
        terms=entry.terms,
        price=line.price,
        quantity=line.quantity,
        legal_basis=entry.legal_basis,
        reference=entry.reference,
        note=entry.note,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )


def take_over_tariffs(item: ChargeItem, tariffs: Sequence[Mapping[str, Any]]) -> None:
    """Many at once, as a workbook has them, checked by whoever read it; each names its file as `reference`."""
    entered = {"item_id": item.id, "entered_by": g.actor.name, "entered_at": utc_now()}
    pour(Tariff, [{**tariff, **entered} for tariff in tariffs])
    files = sorted({tariff["reference"] for tariff in tariffs})
    record(TariffsTakenOver(charge_item_id=item.id, files=files, count=len(tariffs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    period: date
    total: Decimal
    document: str
    building: Building | None = None


def shared_hindrance(item: ChargeItem, period: date) -> str:
    """Why no cost of that month can be entered any more, or ""."""
    if item.basis is not Basis.shared:
        return _("%(item)s is not shared out.", item=item.name)
    if first_of(period) in standing.published_months(item.id):
        return _(
            "%(item)s of %(month)s is published: its bills stand. Enter what is missing as the cost of the next month, "
            "or have the bills made void and then supplement the run.",
            item=item.name,
            month=period.strftime("%Y-%m"),
        )
    return ""


def enter_shared_cost(item: ChargeItem, cost: Cost, upload: Upload | None = None) -> SharedCost:
    """Of two for one month and place the later counts. Raises `DomainError` once the month is published."""
    if reason := shared_hindrance(item, cost.period):
        raise DomainError(reason)
    made = SharedCost(
        item_id=item.id,
        building_id=cost.building.id if cost.building else None,
        period=first_of(cost.period),
        total=cost.total,
        document=cost.document,
        upload_id=upload.id if upload else None,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(
        SharedCostEntered(
            charge_item_id=item.id,
            shared_cost_id=made.id,
            period=made.period,
            building_id=made.building_id,
            total=made.total,
            document=made.document,
        )
    )
    return made
