"""Who owns, rents and uses the units of one building, now and before: customers, occupancies and their past."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from crm.demo import customers
from crm.demo.customers import Dossier, Intake, Named
from crm.demo.facts import Building, Customer, Estate, History, Occupancy, OccupancyRole, ParkingSpace, Person, Unit
from crm.demo.known import KNOWN_UNITS, NAMED, WHOLE, known_dossiers, known_occupancies
from crm.demo.people import Register

INVESTORS = 2
"""People per estate who own flats in several buildings and live in none."""

_SPLITS = ((50, 50), (50, 50), (50, 50), (50, 50), (60, 40), (70, 30))
_COMPANY_OWNS = {"home": 0.015, "shop": 0.15, "office": 0.7, "storage": 0.0}
_COMPANY_RENTS = {"home": 0.03, "shop": 0.88, "office": 0.94, "storage": 0.0}
_LIVED_IN = ("occupied", "renovating", "handed_over")
_YEAR = timedelta(days=365)


def developer_key(estate: str) -> str:
    return f"{estate}/0/0001"


def investor_key(estate: str, place: int) -> str:
    """Buildings in turn belong to one investor and the next."""
    return f"{estate}/0/{place % INVESTORS + 2:04d}"


def estate_dossiers(of: Estate, register: Register) -> list[Dossier]:
    """The developer, who owns what is unsold, and the investors."""
    developer = Intake(key=developer_key(of.code), estate=of.code, since=of.built_on, until=register.today)
    investors = [
        Intake(key=investor_key(of.code, place), estate=of.code, since=of.built_on, until=register.today)
        for place in range(INVESTORS)
    ]
    return [
        customers.developer(register, developer, f"西宁{of.name}置业有限公司"),
        *(customers.person(register, intake) for intake in investors),
    ]


@dataclass(slots=True)
class Residents:
    """Fills the `place`-th building of an estate. `owners` are keys of those who own here; `spaces` are still free."""

    building: Building
    place: int
    register: Register
    spaces: list[ParkingSpace]
    customers: list[Customer] = field(default_factory=list)
    occupancies: list[Occupancy] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)

    def fill(self, units: Iterable[Unit]) -> None:
        """Storage comes last, since it goes to people who are here already."""
        ordered = sorted(units, key=lambda unit: unit.use == "storage")
        investment = _investment(ordered)
        for unit in ordered:
            if unit.handover_on is None:
                self._not_handed_over(unit)
            elif unit.key in KNOWN_UNITS and unit.key not in NAMED:
                self._known(unit)
            elif unit is investment:
                self._invest(unit, unit.handover_on)
            else:
                self._settle(unit, unit.handover_on)

    def _not_handed_over(self, unit: Unit) -> None:
        if unit.status == "unsold":
            self._occupy(unit.key, developer_key(unit.estate), "owner", self.building.built_on, share=WHOLE)
        else:
            self._new_owner(unit, self.register.days_ago(20, 400))

    def _known(self, unit: Unit) -> None:
        for dossier in known_dossiers(unit, self.register):
            self._record(dossier)
        self.occupancies.extend(known_occupancies(unit))

    def _invest(self, unit: Unit, starts: date) -> None:
        self._occupy(unit.key, investor_key(unit.estate, self.place), "owner", starts, share=WHOLE)
        self._users(unit, starts)

    def _settle(self, unit: Unit, starts: date) -> None:
        named = NAMED.get(unit.key)
        owned_since = starts if named else self._resold(unit, starts)
        if named is None and self.owners and self.register.chance(1 if unit.use == "storage" else 0.04):
            self._occupy(unit.key, self.register.rng.choice(self.owners), "owner", owned_since, share=WHOLE)
        else:
            self._new_owner(unit, owned_since, named)
        self._users(unit, owned_since)

    def _resold(self, unit: Unit, starts: date) -> date:
        """The day the present owner took over, after recording a first owner for one unit in five."""
        register = self.register
        if register.today - starts < 4 * _YEAR or not register.chance(0.2):
            return starts
        sold = register.day(starts + _YEAR, register.today - timedelta(days=60))
        seller = self._customer(unit, self._intake(starts, sold), _COMPANY_OWNS[unit.use])
        self._occupy(unit.key, seller.key, "owner", starts, sold, share=WHOLE)
        return sold

    def _new_owner(self, unit: Unit, starts: date, named: Named | None = None) -> None:
        lives_here = unit.status in _LIVED_IN
        space = self._space() if lives_here else None
        intake = self._intake(starts, lives_here=lives_here, named=named, space=space)
        owner = self._customer(unit, intake, 0 if named else _COMPANY_OWNS[unit.use])
        self._park(owner, space, starts)
        spouse = next((one for one in owner.people if one.role == "spouse"), None)
        if spouse and named is None and self.register.chance(0.3):
            self._own_together(unit, owner, spouse, starts)
        else:
            self._occupy(unit.key, owner.key, "owner", starts, share=WHOLE)
            self.owners.append(owner.key)

    def _own_together(self, unit: Unit, owner: Customer, spouse: Person, starts: date) -> None:
        """Husband and wife, each a customer; one couple in four has one telephone between them."""
        born = owner.born or self.register.today - 45 * _YEAR
        shared = owner.phones[0].number if owner.phones and self.register.chance(0.25) else spouse.phone
        named = Named(spouse.name, "female" if owner.sex == "male" else "male", born.year + 1, shared)
        partner = self._customer(unit, self._intake(starts, named=named), 0)
        first, second = self.register.rng.choice(_SPLITS)
        self._occupy(unit.key, owner.key, "owner", starts, share=Decimal(first).quantize(WHOLE))
        self._occupy(unit.key, partner.key, "co_owner", starts, share=Decimal(second).quantize(WHOLE))

    def _users(self, unit: Unit, owned_since: date) -> None:
        """Tenants of let units, now and then an earlier tenant, relatives and other users beside the owner."""
        if unit.status == "let":
            self._let(unit, owned_since)
        elif unit.status in ("occupied", "vacant") and self.register.chance(0.06):
            self._earlier_let(unit, owned_since, self.register.days_ago(100, 1500))
        if unit.status == "occupied" and unit.use == "home" and self.register.chance(0.045):
            role: OccupancyRole = "family" if self.register.chance(0.7) else "user"
            self._move_in(unit, role, max(owned_since, self.register.days_ago(60, 3000)))

    def _let(self, unit: Unit, owned_since: date) -> None:
        """The lease of today: open, or ending on an anniversary still to come."""
        register = self.register
        starts = max(owned_since, register.days_ago(10, 1100))
        ends = None if register.chance(0.4) else starts + ((register.today - starts) // _YEAR + 1) * _YEAR
        space = self._space() if register.chance(0.4) else None
        tenant = self._move_in(unit, "tenant", starts, ends, space=space)
        self._park(tenant, space, starts)
        if register.chance(0.3):
            self._earlier_let(unit, owned_since, starts - timedelta(days=register.rng.randint(0, 90)))

    def _earlier_let(self, unit: Unit, owned_since: date, until: date) -> None:
        starts = max(owned_since, until - self.register.rng.randint(1, 4) * _YEAR)
        if unit.use == "storage" or until - starts < timedelta(days=90):
            return
        tenant = self._customer(unit, self._intake(starts, until, youngest=22), _COMPANY_RENTS[unit.use])
        self._occupy(unit.key, tenant.key, "tenant", starts, until)

    def _move_in(
        self, unit: Unit, role: OccupancyRole, starts: date, ends: date | None = None, *, space: str | None = None
    ) -> Customer:
        intake = self._intake(starts, lives_here=True, youngest=21, space=space)
        customer = self._customer(unit, intake, _COMPANY_RENTS[unit.use] if role == "tenant" else 0)
        self._occupy(unit.key, customer.key, role, starts, ends)
        return customer

    def _space(self) -> str | None:
        """The number of a free parking space for three households in five that ask, while there are any."""
        return self.spaces.pop(0).number if self.spaces and self.register.chance(0.6) else None

    def _park(self, customer: Customer, space: str | None, starts: date) -> None:
        """Two spaces in three are bought, the others rented by the month."""
        if space is None:
            return
        bought = self.register.chance(0.66)
        self.occupancies.append(
            Occupancy(
                place=f"{self.building.estate}/{space}",
                place_kind="space",
                customer=customer.key,
                role="owner" if bought else "user",
                share=WHOLE if bought else None,
                starts=starts,
            )
        )

    def _occupy(
        self,
        unit_key: str,
        customer_key: str,
        role: OccupancyRole,
        starts: date,
        ends: date | None = None,
        *,
        share: Decimal | None = None,
    ) -> None:
        self.occupancies.append(
            Occupancy(
                place=unit_key,
                place_kind="unit",
                customer=customer_key,
                role=role,
                share=share,
                starts=starts,
                ends=ends,
            )
        )

    def _intake(
        self,
        since: date,
        until: date | None = None,
        *,
        lives_here: bool = False,
        youngest: int = 26,
        space: str | None = None,
        named: Named | None = None,
    ) -> Intake:
        return Intake(
            key=f"{self.building.key}/{len(self.customers) + 1:04d}",
            estate=self.building.estate,
            since=since,
            until=until or self.register.today,
            lives_here=lives_here,
            youngest=youngest,
            space=space,
            named=named,
        )

    def _customer(self, unit: Unit, intake: Intake, company_share: float) -> Customer:
        """A new customer, a company in that share of cases (0 to 1)."""
        if self.register.chance(company_share):
            return self._record(customers.company(self.register, intake, shop=unit.use == "shop"))
        return self._record(customers.person(self.register, intake))

    def _record(self, dossier: Dossier) -> Customer:
        self.customers.append(dossier.customer)
        self.history.extend(dossier.history)
        return dossier.customer


def _investment(units: list[Unit]) -> Unit | None:
    """The unit of the building that an investor owns: the first one let or empty, storage and known ones apart."""
    return next((unit for unit in units if unit.status in ("let", "vacant") and unit.use != "storage"), None)
