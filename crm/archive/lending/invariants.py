"""What must hold of everything lent, proved on the live database: I2, I6, I11 of section 2.7."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Custody, Item, Removal
from crm.archive.dossiers.models.records import AskState
from crm.archive.lending.causes import LENT
from crm.archive.lending.losses import nothing_left
from crm.archive.lending.models import (
    OPEN,
    LendingIncident,
    LendingSlip,
    SlipExtension,
    SlipForm,
    SlipLine,
    SlipReturn,
    SlipState,
)
from crm.db import session

Other = aliased(SlipLine)
MOST = 20  # faults named of each kind


def returned_is_within_issued() -> list[str]:
    """I6: of no line more came back than went out, and what it says is what was counted."""
    counted = select(func.coalesce(func.sum(SlipReturn.pages), 0)).where(SlipReturn.line_id == SlipLine.id)
    wrong = or_(
        SlipLine.returned_pages < 0,
        SlipLine.returned_pages > SlipLine.issued_pages,
        SlipLine.returned_pages != counted.scalar_subquery(),
    )
    return [f"slip line {row.id}: its pages do not add up" for row in _some(select(SlipLine.id).where(wrong))]


def what_is_out_has_an_open_slip() -> list[str]:
    """I6 again: one open line of a document, on a slip that is under way; nothing is closed that is not all back."""
    joined = select(SlipLine.id).join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
    stray = joined.where(SlipLine.out, LendingSlip.state.not_in(OPEN))
    twice = select(SlipLine.item_id).where(SlipLine.out).group_by(SlipLine.item_id).having(func.count() > 1)
    unsettled = (
        joined.join(LendingIncident, LendingIncident.line_id == SlipLine.id)
        .where(LendingSlip.state == SlipState.closed, LendingIncident.closed_at.is_(None))
        .distinct()
    )
    missing = SlipLine.issued_pages - SlipLine.returned_pages != SlipLine.lost_pages
    short = joined.where(LendingSlip.state == SlipState.closed, LendingSlip.form == SlipForm.paper, missing)
    return [
        *(f"slip line {row.id}: is out on a slip that is not" for row in _some(stray)),
        *(f"slip line {row.id}: its slip is closed, and pages are missing that nobody gave up" for row in _some(short)),
        *(f"document {row.item_id}: is out on two slips" for row in _some(twice)),
        *(f"slip line {row.id}: its slip is closed with an incident open" for row in _some(unsettled)),
    ]


def lent_dossiers_are_on_a_slip() -> list[str]:
    """I2: a dossier that is with somebody by slip is out on one of that person's, and one all out is with somebody."""
    lent = exists().where(
        SlipLine.dossier_id == Custody.dossier_id,
        SlipLine.out,
        SlipLine.slip_id == LendingSlip.id,
        LendingSlip.borrower_id == Custody.holder_id,
    )
    wrong = select(Custody.dossier_id).where(Custody.ends_at.is_(None), Custody.cause == LENT, ~lent)
    return [
        *(f"dossier {row.dossier_id}: is lent and on no slip" for row in _some(wrong)),
        *(f"dossier {row.dossier_id}: all of it is out, and it is not lent" for row in _some(_out_and_not_lent())),
    ]


def _out_and_not_lent() -> Select[*tuple[Any, ...]]:
    """Everything that lay in it at issue is out on one slip."""
    with_it = select(Other.item_id).where(Other.slip_id == SlipLine.slip_id, Other.out)
    removed = exists().where(
        Removal.item_id == Item.id, Removal.state == AskState.approved, Removal.decided_at < LendingSlip.issued_at
    )
    lay = Item.dossier_id == SlipLine.dossier_id, Item.added_at < LendingSlip.issued_at, ~removed, ~nothing_left()
    left = select(Item.id).where(*lay, Item.id.not_in(with_it)).correlate(SlipLine, LendingSlip).exists()
    lent = exists().where(
        Custody.dossier_id == SlipLine.dossier_id,
        Custody.ends_at.is_(None),
        Custody.cause == LENT,
        Custody.holder_id == LendingSlip.borrower_id,
    )
    lines = select(SlipLine.dossier_id).join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
    return lines.where(SlipLine.out, ~left, ~lent).distinct()


def two_people_decided() -> list[str]:
    """I11: nobody approves or issues the own slip, decides about the own extension or closes what one reported."""
    issued = LendingSlip.issued_by_id == LendingSlip.borrower_id
    own = select(LendingSlip.id).where(or_(LendingSlip.decided_by_id == LendingSlip.borrower_id, issued))
    more = select(SlipExtension.id).where(SlipExtension.decided_by_id == SlipExtension.asked_by_id)
    shut = select(LendingIncident.id).where(LendingIncident.closed_by_id == LendingIncident.reported_by_id)
    return [
        *(f"slip {row.id}: was approved or issued by its borrower" for row in _some(own)),
        *(f"incident {row.id}: was closed by who reported it" for row in _some(shut)),
        *(f"extension {row.id}: was decided by who asked" for row in _some(more)),
    ]


def _some(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query.limit(MOST)).all()


CHECKS: dict[str, list[Callable[[], list[str]]]] = {
    "I2": [lent_dossiers_are_on_a_slip],
    "I6": [returned_is_within_issued, what_is_out_has_an_open_slip],
    "I11": [two_people_decided],
}
