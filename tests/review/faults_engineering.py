"""Faults about drawings, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from typing import Any

from crm.engineering.drawings.models import Drawing
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.engineering.making import make_drawing, make_version, make_withdrawal
from tests.review.faults_cases import AREA, Filed, Maker, ago, day_ago, filed


def _home(estate: Estate, unit: Unit | None = None, **given: Any) -> Filed:
    """Handed over long ago; `unit`: in whose building it is."""
    label = f"{unit.label.split('-')[0]}-1-{unit.id + 600}" if unit else ""
    facts = {"built_area": AREA, "handover_on": day_ago(500)}
    return filed(estate, make.make_unit(estate, label, **(facts | given)))


def _drawn(estate: Estate, whose: Filed, days: int = 30) -> Drawing:
    made = make_drawing(estate, whose.unit, versions=0)
    make_version(made, estate, added_at=ago(days))
    return made


def as_built_missing(estate: Estate) -> int:
    beside = _home(estate)
    _drawn(estate, beside, days=1)
    return _home(estate, beside.unit).dossier.id


def as_built_withdrawn(estate: Estate) -> int:
    beside = _home(estate)
    _drawn(estate, beside, days=1)
    whose = _home(estate, beside.unit)
    make_withdrawal(make_version(make_drawing(estate, whose.unit, versions=0), estate))
    return whose.dossier.id


def drawing_unfiled(estate: Estate) -> int:
    whose = _home(estate)
    _drawn(estate, whose)
    return whose.dossier.id


def drawing_of_just_now(estate: Estate) -> int:
    whose = _home(estate)
    _drawn(estate, whose, days=2)
    return whose.dossier.id


def drawing_that_lies_there(estate: Estate) -> int:
    whose = _home(estate)
    made = make_drawing(estate, whose.unit, versions=0)
    version = make_version(made, estate, added_at=ago(30))
    make.make_item(whose.dossier, "as_built", source_kind="drawing_version", source_id=version.id)
    return whose.dossier.id


def building_nobody_drew(estate: Estate) -> int:
    return _home(estate).dossier.id


def standard_floor_of_the_building(estate: Estate) -> int:
    beside = _home(estate)
    _drawn(estate, beside, days=1)
    make_drawing(estate, building_id=beside.unit.building_id)
    return _home(estate, beside.unit).dossier.id


def not_handed_over(estate: Estate) -> int:
    beside = _home(estate)
    _drawn(estate, beside, days=1)
    return _home(estate, beside.unit, handover_on=None).dossier.id


FAULTS: dict[str, Maker] = {"as_built_missing": as_built_missing, "drawing_unfiled": drawing_unfiled}
MORE: tuple[tuple[str, Maker], ...] = (("as_built_missing", as_built_withdrawn),)
INNOCENT: tuple[Maker, ...] = (
    drawing_of_just_now,
    drawing_that_lies_there,
    building_nobody_drew,
    standard_floor_of_the_building,
    not_handed_over,
)
