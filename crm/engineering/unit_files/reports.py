"""What a unit's engineering file says: the same on the page and on the paper."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from crm.dates import business_day
from crm.engineering.drawings import queries as drawings
from crm.engineering.drawings.listings import place
from crm.engineering.drawings.models import KIND_TITLES
from crm.engineering.filed import DRAWING, SHEET, Filed, section_of
from crm.engineering.parts import Entry, entries_of
from crm.engineering.points import queries as points
from crm.engineering.points.papers import by_trade
from crm.engineering.points.service import as_content
from crm.engineering.procedures import queries as procedures
from crm.engineering.procedures.listings import holds_for, review_tone, review_words
from crm.properties.models import Unit, UnitUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawing with where its version that counts lies in the archive."""

    row: Any
    kind: Any
    place: str
    url: str
    file_url: str
    filed: Sequence[Filed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A procedure in force."""

    row: Any
    holds_for: str
    url: str
    review: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFile:
    """`groups`: the points by trade; `papers`: of renovations and the like; `archived`: section 12 of the dossiers."""

    unit: Unit
    day: date
    drawings: Sequence[Drawn]
    groups: Sequence[tuple[Any, Sequence[dict[str, Any]]]]
    point_ids: dict[str, int]
    count: int
    procedures: Sequence[Told]
    papers: Sequence[Entry]
    archived: Sequence[Filed]
    sheets: Sequence[Any]

    @property
    def lacks_drawing(self) -> bool:
        """Handed over, and neither of the unit nor of its building is there what was built."""
        rows = [each.row for each in self.drawings if each.row.building_id and each.row.version_id]
        built = any(row.kind in drawings.BUILT for row in rows)
        lived_in = self.unit.use is not UnitUse.parking
        return lived_in and not built and self.unit.handover_on is not None and self.unit.handover_on <= self.day


def unit_file(unit: Unit) -> UnitFile:
    """The number of statements does not depend on how much there is."""
    day = business_day()
    rows, standing, sheets = drawings.of_unit(unit), points.standing_of(unit.id), points.sheets_of(unit.id)
    filed = [(DRAWING, key) for key in drawings.version_ids_of_unit(unit.id)]
    ours = {*filed, *((SHEET, each.id) for each in sheets)}
    archived = section_of(unit, day, ours)
    content = [as_content(row) for row in standing]
    return UnitFile(
        unit=unit,
        day=day,
        drawings=[drawn(row, archived) for row in rows],
        groups=by_trade(content),
        point_ids={each["code"]: row.id for each, row in zip(content, standing, strict=True)},
        count=len(content),
        procedures=[_told(row, day) for row in procedures.about_units_of(unit.estate_id)],
        papers=list(entries_of(unit)),
        archived=archived,
        sheets=sheets,
    )


def drawn(row: Any, archived: Collection[Filed]) -> Drawn:
    """Of a row of `drawings.queries.drawings`."""
    return Drawn(
        row=row,
        kind=KIND_TITLES[row.kind],
        place=place(row),
        url=url_for("drawings.show", drawing_id=row.id),
        file_url=url_for("drawings.fetch", drawing_version_id=row.version_id) if row.version_id else "",
        filed=[each for each in archived if each.source == (DRAWING, row.version_id)],
    )


def _told(row: Any, day: date) -> Told:
    return Told(
        row=row,
        holds_for=holds_for(row),
        url=url_for("procedures.show", procedure_id=row.id),
        review=review_words(row, day),
        tone=review_tone(row, day),
    )
