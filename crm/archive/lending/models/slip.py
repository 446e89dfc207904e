"""A slip, its lines, and the one table of what can be done with it; no title document is on one (A-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Dossier, Item
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.steps.models import StepRow
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/archive/lending/{}"  # of a slip's page; the bell is rung where `url_for` has no request


class SlipKind(StrEnum):
    staff = "staff"  # approved by the chairman, the general manager or the supervising deputy (L-33)
    direct = "direct"  # of those three ranks themselves (L-32)


SLIP_KIND_TITLES = {SlipKind.staff: _l("With approval"), SlipKind.direct: _l("Direct, by rank")}


class SlipForm(StrEnum):
    paper = "paper"
    digital = "digital"


SLIP_FORM_TITLES = {SlipForm.paper: _l("The paper itself"), SlipForm.digital: _l("To read a digital copy")}


class SlipState(StrEnum):
    """What is on the slip is out from `issued`, not before: a draft keeps nothing from others."""

    draft = "draft"
    submitted = "submitted"
    approved = "approved"  # of a direct slip: handed in, nobody approves it
    rejected = "rejected"
    issued = "issued"  # the digital copy: open to be read
    partly_returned = "partly_returned"
    returned = "returned"
    verified = "verified"
    closed = "closed"  # back in its place, or the copy's time is over
    cancelled = "cancelled"


SLIP_TITLES = {
    SlipState.draft: _l("Draft"),
    SlipState.submitted: _l("Waits for approval"),
    SlipState.approved: _l("To be issued"),
    SlipState.rejected: _l("Turned down"),
    SlipState.issued: _l("Lent out now"),
    SlipState.partly_returned: _l("Partly returned"),
    SlipState.returned: _l("Returned, to be checked"),
    SlipState.verified: _l("Checked, to be put back"),
    SlipState.closed: _l("Lending over"),
    SlipState.cancelled: _l("Cancelled"),
}
SLIP_TONES = {
    SlipState.draft: "grey",
    SlipState.submitted: "orange",
    SlipState.approved: "purple",
    SlipState.rejected: "red",
    SlipState.issued: "blue",
    SlipState.partly_returned: "orange",
    SlipState.returned: "purple",
    SlipState.verified: "purple",
    SlipState.closed: "green",
    SlipState.cancelled: "grey",
}
OUT = (SlipState.issued, SlipState.partly_returned)
OPEN = (*OUT, SlipState.returned, SlipState.verified)
UNDECIDED = (SlipState.draft, SlipState.submitted, SlipState.rejected, SlipState.cancelled)


class LendingSlip(Versioned, Base):
    """`due_on`: the day by which everything is back, as last approved; of a copy, the last on which it is read.

    `attachments`: copies of the clients' own papers that went along with whole dossiers, as counted.
    `recalled_from`: the due day before it was called back. `shelved_at`: what came back lies in its place again.
    """

    __tablename__ = "lending_slip"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> borrower_id", name="not_oneself"),
        CheckConstraint(
            "kind = 'direct' OR state IN ('draft', 'submitted', 'cancelled') OR decided_by_id IS NOT NULL",
            name="decided",
        ),
        CheckConstraint("kind = 'staff' OR decided_by_id IS NULL", name="direct"),
        CheckConstraint(
            "state NOT IN ('issued', 'partly_returned', 'returned', 'verified') OR issued_at IS NOT NULL",
            name="issued",
        ),
        CheckConstraint("issued_by_id IS NULL OR form = 'digital' OR issued_by_id <> borrower_id", name="two_people"),
        CheckConstraint("state NOT IN ('rejected', 'cancelled') OR decision <> ''", name="reason"),
        CheckConstraint("attachments_back IS NULL OR attachments_back <= attachments", name="attachments"),
        Index("ix_lending_slip_state_due_on", "state", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str | None] = mapped_column(unique=True)  # of the form it was entered with: sent twice, it is one
    kind: Mapped[SlipKind]
    form: Mapped[SlipForm]
    state: Mapped[SlipState]
    borrower_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    purpose: Mapped[str]  # of PURPOSES
    reason: Mapped[str]
    due_on: Mapped[date]
    entered_at: Mapped[Moment]
    submitted_at: Mapped[Moment | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment | None]
    attachments: Mapped[int] = mapped_column(default=0)
    attachments_back: Mapped[int | None]
    recalled_at: Mapped[Moment | None]
    recalled_from: Mapped[date | None]
    recall_reason: Mapped[str] = mapped_column(default="")
    returned_at: Mapped[Moment | None]
    shelved_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]

    borrower: Mapped[User] = relationship(lazy="raise", foreign_keys=borrower_id)
    department: Mapped[Department | None] = relationship(lazy="raise")
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    issued_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=issued_by_id)
    lines: Mapped[list[SlipLine]] = relationship(lazy="raise", order_by="SlipLine.id", viewonly=True)


class SlipLine(Base):
    """A document on a slip, with the pages it had at issue (I6). `out`: it is with the borrower or on its way back;
    of one document one line is.

    `lost_pages`: settled by an incident as not coming back, `replaced_pages` of them with a copy in their place.
    """

    __tablename__ = "slip_line"
    __table_args__ = (
        UniqueConstraint("slip_id", "item_id"),
        CheckConstraint("0 <= returned_pages AND returned_pages + lost_pages <= issued_pages", name="pages"),
        CheckConstraint("0 <= replaced_pages AND replaced_pages <= lost_pages", name="lost"),
        Index("uq_slip_line_out", "item_id", unique=True, sqlite_where=text("out"), postgresql_where=text("out")),
        Index("ix_slip_line_dossier_id", "dossier_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"))
    issued_pages: Mapped[int] = mapped_column(default=0)
    returned_pages: Mapped[int] = mapped_column(default=0)
    lost_pages: Mapped[int] = mapped_column(default=0)
    replaced_pages: Mapped[int] = mapped_column(default=0)
    out: Mapped[bool] = mapped_column(default=False)
    checked: Mapped[bool] = mapped_column(default=False)  # page by page, since anything of it came back
    back_at: Mapped[Moment | None]

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    item: Mapped[Item] = relationship(lazy="raise")

    @property
    def missing(self) -> int:
        """Pages that are neither back nor given up."""
        return self.issued_pages - self.returned_pages - self.lost_pages


class SlipStep(StepRow, Base):
    """Each step of a slip, who took it and why."""

    __tablename__ = "slip_step"
    __table_args__ = (Index("ix_slip_step_slip_id", "slip_id"), UniqueConstraint("key"))
    slip_id: Mapped[int] = mapped_column(ForeignKey("lending_slip.id"))
    from_state: Mapped[SlipState | None]
    to_state: Mapped[SlipState]


append_only(SlipStep)


S, P = SlipState, Permission


def _step(sources: Iterable[SlipState], target: SlipState | None, permission: Permission, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title)


WORKFLOW = TitledWorkflow(
    SLIP_TITLES,
    change=_step((S.draft,), None, P.slip_ask, _l("Change what is asked for")),
    submit=_step((S.draft,), S.submitted, P.slip_ask, _l("Hand the slip in")),
    hand_in=_step((S.draft,), S.approved, P.slip_ask, _l("Hand the slip in (by rank)")),
    approve=_step((S.submitted,), S.approved, P.archive_approve, _l("Approve the slip")),
    reject=_step((S.submitted,), S.rejected, P.archive_approve, _l("Turn the slip down")),
    issue=_step((S.approved,), S.issued, P.slip_keep, _l("Issue the documents")),
    open_copy=_step((S.approved,), S.issued, P.slip_ask, _l("Copy opened for reading")),
    part_back=_step(OUT, S.partly_returned, P.slip_keep, _l("Take a part back")),
    all_back=_step(OUT, S.returned, P.slip_keep, _l("Everything is back")),
    found_back=_step((S.returned, S.verified, S.closed), S.returned, P.slip_keep, _l("Take back found pages")),
    check_part=_step((S.returned,), None, P.slip_keep, _l("Check a part")),
    verify=_step((S.returned,), S.verified, P.slip_keep, _l("Check page by page")),
    reshelve=_step((S.verified,), None, P.slip_keep, _l("Put back in its place")),
    close=_step((S.verified,), S.closed, P.slip_keep, _l("Slip closed")),
    end=_step((S.issued,), S.closed, P.slip_keep, _l("Time to read is over")),
    recall=_step(OUT, None, P.slip_read, _l("Call what is lent back")),
    cancel=_step((S.draft, S.submitted, S.approved), S.cancelled, P.slip_ask, _l("Withdraw the slip")),
)
