"""补充资料清单: what B found missing, and how each line of it was closed (L-13)."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.workflow import Step, Workflow


class SupplementList(Base):
    """Of B to A; none of its lines stops a clock (A-04)."""

    __tablename__ = "supplement_list"
    __table_args__ = (UniqueConstraint("handover_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    number: Mapped[int]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment]

    issued_by: Mapped[User] = relationship(lazy="raise")
    lines: Mapped[list[SupplementLine]] = relationship(lazy="raise", order_by="SupplementLine.id")


class LineKind(StrEnum):
    missing_document = "missing_document"
    missing_signature = "missing_signature"


LINE_TITLES = {
    LineKind.missing_document: _l("Document missing"),
    LineKind.missing_signature: _l("Signature missing"),
}


class LineState(StrEnum):
    open = "open"
    provided = "provided"
    verified = "verified"
    waived = "waived"


LINE_STATE_TITLES = {
    LineState.open: _l("To be provided"),
    LineState.provided: _l("Provided, to be checked"),
    LineState.verified: _l("Checked by B"),
    LineState.waived: _l("Waived"),
}


class SupplementLine(Versioned, Base):
    """Closes only by B's check, or by a waiver of somebody with the right to approve, never by bringing alone.

    The database refuses A as who decides, B as who waives, and any change of a closed line. `a_id` and `b_id` were A
    and B when it moved last.
    """

    __tablename__ = "supplement_line"
    __table_args__ = (
        CheckConstraint("state <> 'waived' OR (decided_by_id IS NOT NULL AND reason <> '')", name="waived"),
        CheckConstraint("state <> 'verified' OR decided_by_id IS NOT NULL", name="verified"),
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("state <> 'verified' OR decided_by_id = b_id", name="verified_by_b"),
        CheckConstraint("state <> 'waived' OR decided_by_id NOT IN (a_id, b_id)", name="waived_above"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("supplement_list.id"), index=True)
    kind: Mapped[LineKind]
    item_id: Mapped[int | None]  # no foreign key: an item that A took out again keeps its line
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("template_slot.id"))
    wanted: Mapped[str]
    state: Mapped[LineState]
    provided: Mapped[str] = mapped_column(default="")  # what A says was brought
    reason: Mapped[str] = mapped_column(default="")  # of a bounce or a waiver
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    list: Mapped[SupplementList] = relationship(lazy="raise", viewonly=True)

    @property
    def is_closed(self) -> bool:
        return self.state in (LineState.verified, LineState.waived)


P = Permission
SUPPLEMENTING = Workflow(
    provide=Step(sources={LineState.open}, target=LineState.provided, permission=P.credit_prepare, title=_l("Provide")),
    verify=Step(
        sources={LineState.provided}, target=LineState.verified, permission=P.credit_prepare, title=_l("Found in order")
    ),
    bounce=Step(
        sources={LineState.provided}, target=LineState.open, permission=P.credit_prepare, title=_l("Still missing")
    ),
    waive=Step(
        sources={LineState.open, LineState.provided},
        target=LineState.waived,
        permission=P.archive_approve,
        title=_l("Waive"),
    ),
)

append_only(SupplementList)
