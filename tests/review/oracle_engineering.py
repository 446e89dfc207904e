"""What of section 12 is missing from a customer's dossier."""

from __future__ import annotations

from collections.abc import Iterator

from crm.db import session
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion, DrawingWithdrawal
from crm.properties.models import Unit, UnitUse
from crm.tenants.models import OccupancyRole as Role
from tests.review.oracle_books import Books, rows
from tests.review.oracle_cases import BY_HAND, _lies_here
from tests.review.oracle_dossiers import Ask

NAMED = (Role.owner, Role.co_owner, Role.tenant)
BUILT = (DrawingKind.as_built, DrawingKind.renovation)


def _held(books: Books) -> list[Unit]:
    return [session().get_one(Unit, tie.unit_id) for tie in books.ties if tie.role in NAMED]


def _counting(drawing: Drawing) -> DrawingVersion | None:
    """The newest that was not withdrawn."""
    versions = rows(DrawingVersion, drawing_id=drawing.id)
    standing = [each for each in versions if not rows(DrawingWithdrawal, version_id=each.id)]
    return max(standing, key=lambda version: version.position, default=None)


def _shows_what_was_built(drawing: Drawing) -> bool:
    return drawing.kind in BUILT and _counting(drawing) is not None


def as_built_missing(books: Books) -> Iterator[int]:
    for unit in _held(books):
        beside = [each for each in rows(Drawing, building_id=unit.building_id) if _shows_what_was_built(each)]
        kept_there = any(each.unit_id is not None for each in beside)
        own = any(each.unit_id in (None, unit.id) for each in beside)
        handed_over = unit.handover_on is not None and unit.handover_on <= books.day
        if unit.use is not UnitUse.parking and handed_over and kept_there and not own:
            yield unit.id


def drawing_unfiled(books: Books) -> Iterator[int]:
    for unit in _held(books):
        for drawing in rows(Drawing, unit_id=unit.id):
            version = _counting(drawing)
            if version is None or version.added_at >= books.moment_before(0) - BY_HAND:
                continue
            if not _lies_here(books, "drawing_version", version.id):
                yield version.id


ENGINEERING: dict[str, Ask] = {ask.__name__: ask for ask in (as_built_missing, drawing_unfiled)}
