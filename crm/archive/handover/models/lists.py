"""Lists as issued, who signed them, and what was found when their lines were held against the paper."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.handover.models.handover import Party
from crm.auth.models import User
from crm.db import Base, Moment, append_only


class ListVersion(Base):
    """册内资料清单 as issued: `content` is frozen, `hash` is the SHA-256 of its canonical JSON.

    The newest one holds; whatever was signed on an older one is kept and void (L-11).
    """

    __tablename__ = "list_version"
    __table_args__ = (UniqueConstraint("handover_id", "version"), CheckConstraint("version >= 1", name="version"))
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(unique=True)
    pages: Mapped[int]
    sheets: Mapped[int]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment]

    issued_by: Mapped[User] = relationship(lazy="raise")
    signatures: Mapped[list[ListSignature]] = relationship(lazy="raise", order_by="ListSignature.id", viewonly=True)


class Grade(StrEnum):
    """How much a signature proves (2.6), strongest first. Only what was really done is claimed."""

    ink_scan = "ink_scan"
    reliable = "reliable"  # CA or USB key
    password_code_drawn = "password_code_drawn"  # noqa: S105 - a grade, no password
    password_drawn = "password_drawn"  # noqa: S105 - a grade, no password
    password = "password"  # noqa: S105 - a grade, no password


GRADE_TITLES = {
    Grade.ink_scan: _l("Scan of the signature in ink"),
    Grade.reliable: _l("Reliable electronic signature (certificate)"),
    Grade.password_code_drawn: _l("Password, one-time code and drawn signature"),
    Grade.password_drawn: _l("Password and drawn signature"),
    Grade.password: _l("Password"),
}


class ListSignature(Base):
    """A signature of one party on one list, bound to its hash.

    `a_id` and `b_id` were A and B when it was signed: the database holds the parties apart by them (2.9).
    """

    __tablename__ = "list_signature"
    __table_args__ = (
        UniqueConstraint("version_id", "id"),
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("party <> 'a' OR signer_id = a_id", name="signed_by_a"),
        CheckConstraint("party <> 'b' OR signer_id = b_id", name="signed_by_b"),
        CheckConstraint("party <> 'archivist' OR signer_id NOT IN (a_id, b_id)", name="signed_by_archivist"),
        Index("ix_list_signature_signer_id", "signer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("list_version.id"))
    party: Mapped[Party]
    signer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    grade: Mapped[Grade]
    hash: Mapped[str]  # of the list, as it was when signed
    drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    address: Mapped[str]
    signed_at: Mapped[Moment]

    signer: Mapped[User] = relationship(lazy="raise", foreign_keys=signer_id)
    void: Mapped[SignatureVoid | None] = relationship(lazy="raise", viewonly=True)


class SignatureVoid(Base):
    """A signature taken back with a reason: it is kept, and no longer counts."""

    __tablename__ = "signature_void"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("list_signature.id"), unique=True)
    reason: Mapped[str]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: A or B was replaced
    voided_at: Mapped[Moment]


class LineCheck(Base):
    """A line of the list against the paper, ticked or not by B or the archivist; the newest of each party counts.

    Bound to the line as it was read (`line_hash`): a line that was changed since has to be checked again. `a_id` and
    `b_id` were A and B then.
    """

    __tablename__ = "line_check"
    __table_args__ = (
        CheckConstraint("party <> 'a'", name="party"),
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("party <> 'b' OR checked_by_id = b_id", name="checked_by_b"),
        CheckConstraint("party <> 'archivist' OR checked_by_id NOT IN (a_id, b_id)", name="checked_by_archivist"),
        Index("ix_line_check_handover_id", "handover_id", "item_id", "party"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    item_id: Mapped[int]  # no foreign key: a line that A took out again keeps its checks
    line_hash: Mapped[str]
    party: Mapped[Party]
    matches: Mapped[bool]  # name, pages and form as the list says
    signed: Mapped[bool]  # the signatures it needs are there
    note: Mapped[str] = mapped_column(default="")
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[Moment]


for grows in (ListVersion, ListSignature, SignatureVoid, LineCheck):
    append_only(grows)
