"""Pages that were given up on slips: lost for good, or with a copy in their place."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Item
from crm.archive.dossiers.queries import is_removed
from crm.archive.lending.models import SlipLine, SlipReturn
from crm.db import session

Other = aliased(SlipLine)
LOST = SlipLine.lost_pages - SlipLine.replaced_pages


def missing_pages(item_ids: Collection[int]) -> Mapping[int, int]:
    """Item -> pages that were lost on earlier slips, with nothing in their place."""
    found = select(SlipLine.item_id, func.sum(LOST)).where(SlipLine.item_id.in_(item_ids), LOST > 0)
    return {row[0]: row[1] for row in session().execute(found.group_by(SlipLine.item_id))}


def lost_of(dossier_ids: Collection[int]) -> Mapping[int, int]:
    """Dossier -> pages that were lost on slips, of what was not removed."""
    lying = select(SlipLine.dossier_id, func.sum(LOST)).join(Item, Item.id == SlipLine.item_id)
    found = lying.where(SlipLine.dossier_id.in_(dossier_ids), LOST > 0, ~is_removed())
    return {row[0]: row[1] for row in session().execute(found.group_by(SlipLine.dossier_id))}


def nothing_left() -> ColumnElement[bool]:
    """Of an item: every page was lost."""
    lost = select(func.sum(Other.lost_pages - Other.replaced_pages)).where(Other.item_id == Item.id)
    return func.coalesce(lost.correlate(Item).scalar_subquery(), 0) >= Item.pages


def count_given_up(slip_id: int) -> int:
    """Pages that may still be found."""
    found = select(func.coalesce(func.sum(SlipLine.lost_pages), 0)).where(SlipLine.slip_id == slip_id)
    return session().scalar(found) or 0


def receivers_of(line_id: int) -> set[int]:
    """Whoever took pages of the line back."""
    return set(session().scalars(select(SlipReturn.received_by_id).where(SlipReturn.line_id == line_id)))
