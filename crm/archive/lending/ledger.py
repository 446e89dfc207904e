"""借阅台账: what was out at any moment, with whom and since when; nobody types it (L-34)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.dossiers.models import Dossier, Item
from crm.archive.dossiers.queries import shown_title, visible
from crm.archive.lending.models import ExtensionState, LendingSlip, SlipExtension, SlipForm, SlipLine, SlipReturn
from crm.auth.actor import within
from crm.auth.models import Department, User
from crm.db import session
from crm.numbering import Number

Decider, Issuer = aliased(User), aliased(User)


def lent_on(end: datetime) -> Select[*tuple[Any, ...]]:
    """借阅台账: what was out at a moment, with whom, since when, until when as was agreed then (L-34)."""
    back = select(func.coalesce(func.sum(SlipReturn.pages), 0)).where(
        SlipReturn.line_id == SlipLine.id, SlipReturn.received_at < end
    )
    return (
        select(
            LendingSlip.id,
            LendingSlip.number,
            LendingSlip.kind,
            LendingSlip.issued_at,
            due_at(end).label("due"),
            func.coalesce(Dossier.code, Number.text, "").label("code"),
            shown_title().label("title"),
            SlipLine.item_id,
            Item.code.label("item_code"),
            Item.title.label("document"),
            SlipLine.issued_pages,
            back.scalar_subquery().label("returned"),
            User.full_name.label("borrower"),
            Department.name.label("department"),
            Decider.full_name.label("decided_by"),
            Issuer.full_name.label("issued_by"),
        )
        .select_from(SlipLine)
        .join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
        .join(Dossier, Dossier.id == SlipLine.dossier_id)
        .join(Item, Item.id == SlipLine.item_id)
        .join(User, User.id == LendingSlip.borrower_id)
        .outerjoin(Number, Number.id == Dossier.number_id)
        .outerjoin(Department, Department.id == LendingSlip.department_id)
        .outerjoin(Decider, Decider.id == LendingSlip.decided_by_id)
        .outerjoin(Issuer, Issuer.id == LendingSlip.issued_by_id)
        .where(was_out(end), or_(Dossier.estate_id.is_(None), within(Dossier.estate_id)))
    )


def was_out(end: datetime) -> ColumnElement[bool]:
    """Of a line with its slip."""
    put_back = or_(SlipLine.back_at.is_(None), SlipLine.back_at >= end)
    return and_(LendingSlip.form == SlipForm.paper, LendingSlip.issued_at < end, put_back)


def due_at(end: datetime) -> Any:
    """The due day as it stood at a moment: before an extension or a recall that came later."""
    later = select(SlipExtension.old_due).where(
        SlipExtension.slip_id == LendingSlip.id,
        SlipExtension.state == ExtensionState.approved,
        SlipExtension.decided_at >= end,
    )
    before = later.order_by(SlipExtension.id).limit(1).correlate(LendingSlip).scalar_subquery()
    called = case((LendingSlip.recalled_at >= end, LendingSlip.recalled_from))
    return func.coalesce(before, called, LendingSlip.due_on)


def lendings_of(item_id: int) -> Sequence[Any]:
    """Every time the document was lent, the newest first: (line, slip)."""
    found = select(SlipLine, LendingSlip).join(LendingSlip, LendingSlip.id == SlipLine.slip_id)
    mine = found.where(
        SlipLine.item_id == item_id, LendingSlip.form == SlipForm.paper, LendingSlip.issued_at.is_not(None)
    )
    return session().execute(mine.order_by(SlipLine.id.desc()).options(joinedload(LendingSlip.borrower))).all()


def get_lent_item(item_id: int) -> Item:
    """404 for a document of a dossier that the acting person does not see."""
    found = select(Item).join(Dossier, Dossier.id == Item.dossier_id).where(Item.id == item_id, visible())
    return session().scalars(found).one_or_none() or abort(404)


def back_by(line_id: int, end: datetime) -> int:
    """Pages of the line that had come back by then."""
    counted = select(func.coalesce(func.sum(SlipReturn.pages), 0))
    return session().scalar(counted.where(SlipReturn.line_id == line_id, SlipReturn.received_at < end)) or 0
