"""Moving out of the last unit: what is still open then, and closing the file once nothing is any more.

Who has moved out is not stored: it follows from the occupancies. The dossier is closed by whoever keeps the archive,
and opened again when the customer comes back. Section 2.2 of the archive's design: open → moved out → closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import gettext as _

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.errors import DomainError
from crm.tenants import events, service
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, Occupancy, OccupancyRole

Left = Mapping[int, date]  # unit -> the first day on which the customer has it no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something that is still open: what it is about, in names; `amount` in yuan, None where it is not of money."""

    about: str
    amount: Decimal | None = None
    address: str = ""

    def __str__(self) -> str:
        return self.about if self.amount is None else f"{self.about} {self.amount:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a package above this one asks of whoever moves out; `asks_reason` False: it settles itself in time."""

    name: str
    title: LazyString
    permission: Permission  # who may see which matters they are
    find: Callable[[Customer, Left], Sequence[Matter]]
    asks_reason: bool = True


checks: list[Check] = []
"""In the order of the checklist; `crm.wiring` hands them over."""


instead: list[Callable[[Customer, Occupancy], str]] = []
"""Of a package above this one: where a tie ends that something hangs on, or ""; `crm.wiring` hands it over."""
OF_THE_UNIT = ("meters", "keys", "unbilled")  # checks that ask about a unit, whatever else is the customer's


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOpen:
    check: Check
    matters: Sequence[Matter]

    @property
    def shown(self) -> Sequence[Matter]:
        """Those the acting person may see."""
        return self.matters if actor().may(self.check.permission) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOut:
    """How a customer who lives nowhere any more stands."""

    on: date
    still_open: Sequence[StillOpen]
    dossier: Dossier | None

    @property
    def is_closed(self) -> bool:
        return self.dossier is not None and self.dossier.state is DossierState.closed

    @property
    def may_be_closed(self) -> bool:
        return self.dossier is not None and not self.is_closed and not self.still_open


def is_last(customer: Customer, occupancy: Occupancy) -> bool:
    """Whether nothing ties the customer to a unit any more once this has ended; `customer.occupancies` are loaded."""
    others = (each for each in customer.occupancies if each.id != occupancy.id)
    return occupancy.ends is None and all(each.ends is not None for each in others)


def left_units(customer: Customer, occupancy: Occupancy | None = None, ends: date | None = None) -> Left:
    """With `occupancy` as if it ended on `ends`. A family's member pays for no unit and reads no meter."""
    left: dict[int, date] = {}
    for each in customer.occupancies:
        last = ends if occupancy is not None and each.id == occupancy.id else each.ends
        if last and each.role is not OccupancyRole.family:
            left[each.unit_id] = max(last, left.get(each.unit_id, last))
    return left


def still_open(customer: Customer, left: Left) -> list[StillOpen]:
    """The checklist, without what is settled."""
    found = ((check, check.find(customer, left)) for check in checks)
    return [StillOpen(check=check, matters=matters) for check, matters in found if matters]


def led_to(customer: Customer, occupancy: Occupancy, day: date) -> str:
    """Where the tie ends step by step, as money or keys hang on it; "" where nothing does: then it simply ends."""
    if occupancy.ends is not None or occupancy.role is OccupancyRole.family:
        return ""
    found = still_open(customer, {occupancy.unit_id: day})
    if not is_last(customer, occupancy):
        found = [each for each in found if each.check.name in OF_THE_UNIT]
    return next(filter(None, (find(customer, occupancy) for find in instead)), "") if found else ""


def move_out(customer: Customer, occupancy: Occupancy, ends: date, reason: str = "") -> None:
    """End the last tie to a unit. With something open it takes a reason, else `DomainError`."""
    left_open = still_open(customer, left_units(customer, occupancy, ends))
    if not reason and any(each.check.asks_reason for each in left_open):
        raise DomainError(_("Something is still open. Write under “Reason” why the customer moves out all the same."))
    service.end_occupancy(occupancy, ends)
    record(
        events.CustomerMovedOut(
            customer_id=customer.id,
            estate_id=customer.estate_id,
            ends=ends,
            reason=reason,
            left_open={each.check.name: [str(matter) for matter in each.matters] for each in left_open},
        )
    )


def moved_out_on(customer: Customer, day: date) -> date | None:
    """The first day without any unit; None while there is one on `day`, or never was one."""
    ends = [each.ends for each in customer.occupancies]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) and max(known) <= day else None


def moved_out(customer: Customer, day: date) -> MovedOut | None:
    """None for whoever has a unit on `day`; `customer.occupancies` are loaded."""
    left = moved_out_on(customer, day)
    if left is None:
        return None
    dossier = archive.find_dossier(SUBJECT, customer.id)
    return MovedOut(on=left, still_open=still_open(customer, left_units(customer)), dossier=dossier)


def close_file(customer: Customer, day: date) -> None:
    """封卷: nothing more is filed. Raises `DomainError` while the customer lives here or something is open."""
    stand = moved_out(customer, day)
    if stand is None:
        raise DomainError(_("The customer has not moved out yet: the file stays open."))
    if stand.still_open:
        titles = "、".join(str(each.check.title) for each in stand.still_open)
        raise DomainError(_("The file cannot be closed, something is still open: %(what)s.", what=titles))
    archive.close_dossier(_dossier(stand), _("Moved out on %(day)s", day=stand.on.isoformat()), day=day)


def reopen_file(customer: Customer, day: date, reason: str) -> None:
    """Something came after all; what is filed now opens the next volume."""
    stand = moved_out(customer, day)
    if stand is None:
        raise DomainError(_("The customer has not moved out yet: the file stays open."))
    archive.reopen_dossier(_dossier(stand), reason)


def _dossier(stand: MovedOut) -> Dossier:
    if stand.dossier is None:
        raise DomainError(_("No dossier was opened for this customer yet."))
    return stand.dossier
