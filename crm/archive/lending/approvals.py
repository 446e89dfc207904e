"""Slips and more days that wait for the acting person's decision: those of a department one is above."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.orm import aliased

from crm.archive.handover.authority import ABOVE_ALL
from crm.archive.handover.queries.authority import decider
from crm.archive.lending.models import OUT, ExtensionState, LendingSlip, SlipExtension, SlipState
from crm.archive.lending.queries import seen
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission, RoleName
from crm.steps.approvals import Approvals, waits

Borrower = aliased(User)


def may_decide() -> ColumnElement[bool]:
    """`authority.not_entitled` as a condition over slips."""
    own = decider()
    if own.user_id is None:
        return false()
    if not ABOVE_ALL.isdisjoint(own.roles):
        reach: ColumnElement[bool] = true()
    elif RoleName.deputy_general_manager in own.roles:
        reach = LendingSlip.department_id.in_(own.supervises)
    else:
        return false()
    return and_(reach, LendingSlip.borrower_id != actor().user_id, seen())


def awaits_decision() -> ColumnElement[bool]:
    """The slip itself, or more days on it."""
    asked = select(SlipExtension.id).where(
        SlipExtension.slip_id == LendingSlip.id, SlipExtension.state == ExtensionState.asked
    )
    more = and_(LendingSlip.state.in_(OUT), asked.exists())
    return and_(may_decide(), (LendingSlip.state == SlipState.submitted) | more)


def _slips() -> Select[*tuple[Any, ...]]:
    about = LendingSlip.number + " " + LendingSlip.reason
    found = waits(key=LendingSlip.id, about=about, asked_by=Borrower.full_name, asked_at=LendingSlip.submitted_at)
    joined = found.join(Borrower, Borrower.id == LendingSlip.borrower_id)
    return joined.where(LendingSlip.state == SlipState.submitted, may_decide())


def _extensions() -> Select[*tuple[Any, ...]]:
    about = LendingSlip.number + " " + SlipExtension.reason
    found = waits(key=SlipExtension.id, about=about, asked_by=Borrower.full_name, asked_at=SlipExtension.asked_at)
    joined = found.join(LendingSlip, LendingSlip.id == SlipExtension.slip_id)
    asked = joined.join(Borrower, Borrower.id == SlipExtension.asked_by_id)
    return asked.where(SlipExtension.state == ExtensionState.asked, LendingSlip.state.in_(OUT), may_decide())


SLIPS = Approvals(
    name="slip",
    title=_l("To borrow from the archive"),
    permission=Permission.archive_approve,
    waiting=_slips,
    page=lambda key: url_for("lending.show", lending_slip_id=key),
)
EXTENSIONS = Approvals(
    name="slip_extension",
    title=_l("To keep what is lent for longer"),
    permission=Permission.archive_approve,
    waiting=_extensions,
    page=lambda key: url_for("lending.extension", slip_extension_id=key),
)
