"""The demo company, generated building by building, so that memory stays flat however many units are asked for.

Each part has dice of its own, seeded by the company's seed and the building's key: parts can be generated in any
order, twice, or in several processes, and come out the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from crm.demo import estates, premises
from crm.demo.estates import DEFAULT_UNITS, ESTATE_SERIALS
from crm.demo.facts import Building, Customer, Equipment, Estate, History, Occupancy, ParkingSpace, Part, Unit
from crm.demo.people import Register
from crm.demo.residents import Residents, estate_dossiers

COMPANY_NAME = "和安物业服务有限公司"
EARLIEST = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """The plan of everything; `parts()` is where the facts come from, the other iterators walk through them anew."""

    name: str
    seed: int
    today: date
    estates: tuple[Estate, ...]
    buildings: tuple[Building, ...]

    def buildings_of(self, estate: Estate) -> tuple[Building, ...]:
        return tuple(building for building in self.buildings if building.estate == estate.code)

    def parts(self) -> Iterator[Part]:
        """Estate by estate: what belongs to it as a whole, then its buildings; none names a customer of a later part."""
        for estate in self.estates:
            yield self.estate_part(estate)
            for place, building in enumerate(self.buildings_of(estate)):
                yield self.building_part(estate, building, place)

    @property
    def part_count(self) -> int:
        return len(self.estates) + len(self.buildings)

    def estate_part(self, estate: Estate) -> Part:
        register = self._register(estate.code, self.buildings_of(estate)[0].serial - ESTATE_SERIALS)
        dossiers = estate_dossiers(estate, register)
        return Part(
            estate=estate,
            building=None,
            parking_spaces=estates.surface_spaces(estate),
            public_areas=estates.public_areas(estate),
            equipment=estates.plant(estate, register),
            customers=tuple(dossier.customer for dossier in dossiers),
            history=tuple(change for dossier in dossiers for change in dossier.history),
        )

    def building_part(self, estate: Estate, building: Building, place: int) -> Part:
        """The facts of the building that is the `place`-th of its estate, 0 the first."""
        register = self._register(building.key, building.serial)
        units = tuple(premises.units(building, register))
        spaces = premises.parking_spaces(building)
        residents = Residents(building, place, register, list(spaces))
        residents.fill(units)
        return Part(
            estate=estate,
            building=building,
            entrances=premises.entrances(building),
            units=units,
            parking_spaces=spaces,
            public_areas=premises.public_areas(estate, building),
            equipment=tuple(premises.equipment(building, register)),
            customers=tuple(residents.customers),
            occupancies=tuple(residents.occupancies),
            history=tuple(residents.history),
        )

    def units(self) -> Iterator[Unit]:
        return (unit for part in self.parts() for unit in part.units)

    def parking_spaces(self) -> Iterator[ParkingSpace]:
        return (space for part in self.parts() for space in part.parking_spaces)

    def equipment(self) -> Iterator[Equipment]:
        return (machine for part in self.parts() for machine in part.equipment)

    def customers(self) -> Iterator[Customer]:
        return (customer for part in self.parts() for customer in part.customers)

    def occupancies(self) -> Iterator[Occupancy]:
        return (occupancy for part in self.parts() for occupancy in part.occupancies)

    def history(self) -> Iterator[History]:
        return (change for part in self.parts() for change in part.history)

    def _register(self, key: str, serial: int) -> Register:
        return Register(Random(f"{self.seed}:{key}"), self.today, count(serial))


def company(*, units: int = DEFAULT_UNITS, seed: int = 1, today: date) -> Company:
    """The company with about `units` units: up to one building more, and never fewer than some 300.

    Raises ValueError when `today` is before 2026, since the known customers' past reaches into 2025.
    """
    if today < EARLIEST:
        raise ValueError(f"the demo company exists from {EARLIEST} on")
    all_estates, buildings = estates.plan(units)
    return Company(name=COMPANY_NAME, seed=seed, today=today, estates=all_estates, buildings=buildings)
