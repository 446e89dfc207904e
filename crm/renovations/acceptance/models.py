"""验收: what was said to be built, and every time somebody looked, line by line. Nothing of it is changed later."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, append_only
from crm.files.models import Upload
from crm.renovations.acceptance.items.models import RenovationCheckItem
from crm.renovations.cases.models import Renovation, RenovationAlteration


class Stage(StrEnum):
    first = "first"
    second = "second"


STAGE_TITLES = {Stage.first: _l("First check"), Stage.second: _l("Second check")}


class Verdict(StrEnum):
    ok = "ok"
    fix = "fix"
    none = "none"


VERDICT_TITLES = {
    Verdict.ok: _l("In order"),
    Verdict.fix: _l("To be put right"),
    Verdict.none: _l("Does not apply"),
}
VERDICT_TONES = {Verdict.ok: "green", Verdict.fix: "red", Verdict.none: "grey"}


class RenovationCompletion(Base):
    """竣工申请: once of a renovation. `drawings`: why no as-built drawing was brought, "" where some were."""

    __tablename__ = "renovation_completion"
    __table_args__ = (
        CheckConstraint("as_approved OR differs <> ''", name="differs"),
        UniqueConstraint("renovation_id"),
        UniqueConstraint("key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    done_on: Mapped[date]
    built: Mapped[str]
    as_approved: Mapped[bool]
    differs: Mapped[str] = mapped_column(default="")
    drawings: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]


append_only(RenovationCompletion)


class RenovationAsBuilt(Base):
    """二次装修竣工图: as it was brought; it goes into section 12 of the dossier (A-20)."""

    __tablename__ = "renovation_as_built"
    __table_args__ = (UniqueConstraint("key"), Index("ix_renovation_as_built_renovation_id", "renovation_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    title: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    key: Mapped[str | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(RenovationAsBuilt)


class RenovationCheck(Base):
    """Somebody looked. `due_on`: by when all is to be put right, where it did not pass. Whoever checked signs on the
    screen; so does the customer, or refuses before a witness."""

    __tablename__ = "renovation_check"
    __table_args__ = (
        CheckConstraint("passed = (due_on IS NULL)", name="due"),
        CheckConstraint("(customer_signature_id IS NULL) = (refusal <> '')", name="customer"),
        CheckConstraint("refusal = '' OR witness <> ''", name="witness"),
        UniqueConstraint("key"),
        Index("ix_renovation_check_renovation_id", "renovation_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    stage: Mapped[Stage]
    passed: Mapped[bool]
    words: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    checked_on: Mapped[date]
    signature_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    customer_name: Mapped[str]  # who was there for the customer
    customer_signature_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    refusal: Mapped[str] = mapped_column(default="")  # why the customer did not sign
    witness: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by: Mapped[str]
    checked_at: Mapped[Moment]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    signature: Mapped[Upload] = relationship(lazy="raise", foreign_keys=signature_id)
    customer_signature: Mapped[Upload | None] = relationship(lazy="raise", foreign_keys=customer_signature_id)
    lines: Mapped[list[RenovationCheckLine]] = relationship(
        lazy="raise", order_by="RenovationCheckLine.id", viewonly=True
    )


append_only(RenovationCheck)


class RenovationCheckLine(Base):
    """One thing that was looked at, in the words of that day. `earlier_id`: what it cures, or does not yet.

    `hours`: how long water stood in a test.
    """

    __tablename__ = "renovation_check_line"
    __table_args__ = (
        CheckConstraint("verdict <> 'fix' OR words <> ''", name="words"),
        Index("ix_renovation_check_line_check_id", "check_id"),
        Index("ix_renovation_check_line_earlier_id", "earlier_id"),
        Index("ix_renovation_check_line_item_id", "item_id"),
        Index("ix_renovation_check_line_alteration_id", "alteration_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("renovation_check.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("renovation_check_item.id"))
    alteration_id: Mapped[int | None] = mapped_column(ForeignKey("renovation_alteration.id"))
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("renovation_check_line.id"))
    what: Mapped[str]
    verdict: Mapped[Verdict]
    words: Mapped[str] = mapped_column(default="")
    hours: Mapped[int] = mapped_column(default=0)

    item: Mapped[RenovationCheckItem | None] = relationship(lazy="raise")
    alteration: Mapped[RenovationAlteration | None] = relationship(lazy="raise")
    photos: Mapped[list[RenovationCheckPhoto]] = relationship(
        lazy="raise", order_by="RenovationCheckPhoto.id", viewonly=True
    )


append_only(RenovationCheckLine)


class RenovationCheckPhoto(Base):
    __tablename__ = "renovation_check_photo"
    __table_args__ = (
        UniqueConstraint("line_id", "upload_id"),
        Index("ix_renovation_check_photo_upload_id", "upload_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("renovation_check_line.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))

    line: Mapped[RenovationCheckLine] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(RenovationCheckPhoto)
