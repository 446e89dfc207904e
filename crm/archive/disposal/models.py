"""Holds by hand, lists of what is to be destroyed, opinions, witnesses, and what stays for good."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.steps.models import StepRow
from crm.workflow import Step, TitledWorkflow


class ArchiveHold(Versioned, Base):
    """冻结 by hand: nothing of the dossier is destroyed until another person lifts it."""

    __tablename__ = "archive_hold"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lift_reason = '')", name="lifted"),
        CheckConstraint("lifted_by_id IS NULL OR lifted_by_id <> placed_by_id", name="two_people"),
        Index("ix_archive_hold_dossier_id", "dossier_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    reason: Mapped[str]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    placed_by: Mapped[str]
    placed_at: Mapped[Moment]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_by: Mapped[str] = mapped_column(default="")
    lifted_at: Mapped[Moment | None]
    lift_reason: Mapped[str] = mapped_column(default="")


class DisposalState(StrEnum):
    listed = "listed"
    appraised = "appraised"  # every dossier has the group's three opinions
    approved = "approved"  # cooling off
    counted = "counted"  # two witnesses have held the paper against the list
    destroyed = "destroyed"
    kept = "kept"  # approved, and the group destroys none of it
    withdrawn = "withdrawn"


DISPOSAL_TITLES = {
    DisposalState.listed: _l("The group gives its opinion"),
    DisposalState.appraised: _l("Waits for approval"),
    DisposalState.approved: _l("Approved, cooling off"),
    DisposalState.counted: _l("Counted by the witnesses"),
    DisposalState.destroyed: _l("Destroyed"),
    DisposalState.kept: _l("Ended, everything is kept"),
    DisposalState.withdrawn: _l("Withdrawn"),
}
ENDED = (DisposalState.destroyed, DisposalState.kept, DisposalState.withdrawn)


class DisposalList(Versioned, Base):
    """销毁清册. Nobody has two parts in it but the group's members, who may witness nothing."""

    __tablename__ = "disposal_list"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> proposed_by_id", name="not_oneself"),
        CheckConstraint("witness_id IS NULL OR witness_id <> second_witness_id", name="two_witnesses"),
        CheckConstraint("destroyer_id IS NULL OR destroyer_id NOT IN (witness_id, second_witness_id)", name="apart"),
        CheckConstraint(
            "state NOT IN ('approved', 'counted', 'destroyed', 'kept') OR approved_by_id IS NOT NULL", name="by"
        ),
        CheckConstraint(
            "state NOT IN ('counted', 'destroyed') OR (witness_id IS NOT NULL AND second_witness_id IS NOT NULL)",
            name="witnessed",
        ),
        CheckConstraint("(state = 'destroyed') = (destroyed_at IS NOT NULL)", name="destroyed"),
        CheckConstraint("(state = 'withdrawn') = (reason <> '')", name="withdrawn"),
        CheckConstraint("destroyer_id IS NULL OR destroyer_id <> approved_by_id", name="destroyer"),
        CheckConstraint("witness_id IS NULL OR witness_id NOT IN (proposed_by_id, approved_by_id)", name="witness"),
        CheckConstraint(
            "second_witness_id IS NULL OR second_witness_id NOT IN (proposed_by_id, approved_by_id)",
            name="second_witness",
        ),
        Index("ix_disposal_list_state", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    number: Mapped[str]  # 销毁2026-001
    state: Mapped[DisposalState]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))  # None: the company's loans and guarantees
    title: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[Moment]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    approved_by: Mapped[str] = mapped_column(default="")
    approved_at: Mapped[Moment | None]
    cools_until: Mapped[date | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    second_witness_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    destroyer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    destroyed_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(default="")

    lines: Mapped[list[DisposalLine]] = relationship(lazy="raise", order_by="DisposalLine.id", viewonly=True)


S, P = DisposalState, Permission
WORKFLOW = TitledWorkflow(
    DISPOSAL_TITLES,
    opine=Step(sources={S.listed}, permission=P.disposal_appraise, title=_l("Give the opinion")),
    appraise=Step(
        sources={S.listed}, target=S.appraised, permission=P.disposal_appraise, title=_l("All opinions given")
    ),
    approve=Step(sources={S.appraised}, target=S.approved, permission=P.disposal_approve, title=_l("Approve")),
    keep=Step(sources={S.appraised}, target=S.kept, permission=P.disposal_approve, title=_l("Approve: all is kept")),
    refuse=Step(sources={S.appraised}, target=S.withdrawn, permission=P.disposal_approve, title=_l("Turn down")),
    count=Step(sources={S.approved}, permission=P.disposal_witness, title=_l("Count as witness")),
    counted=Step(sources={S.approved}, target=S.counted, permission=P.disposal_witness, title=_l("Both have counted")),
    attest=Step(sources={S.counted}, permission=P.disposal_witness, title=_l("Sign as witness")),
    destroy=Step(sources={S.counted}, target=S.destroyed, permission=P.disposal_keep, title=_l("Destroyed: sign")),
    withdraw=Step(
        sources={S.listed, S.appraised, S.approved, S.counted},
        target=S.withdrawn,
        permission=P.disposal_keep,
        title=_l("Withdraw the list"),
    ),
)


class Outcome(StrEnum):
    destroy = "destroy"
    extend = "extend"
    keep = "keep"


OUTCOME_TITLES = {
    Outcome.destroy: _l("Destroy"),
    Outcome.extend: _l("Keep longer"),
    Outcome.keep: _l("Keep permanently"),
}


class DisposalLine(Base):
    """A dossier on a list, with what the list says of it. On one living list at a time."""

    __tablename__ = "disposal_line"
    __table_args__ = (
        UniqueConstraint("list_id", "dossier_id"),
        Index(
            "uq_disposal_line_live", "dossier_id", unique=True, sqlite_where=text("live"), postgresql_where=text("live")
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_list.id"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    code: Mapped[str]
    title: Mapped[str]
    volumes: Mapped[int]
    pages: Mapped[int]
    from_year: Mapped[int]
    to_year: Mapped[int]
    retention: Mapped[str]  # the code of its period then
    kept_since: Mapped[date]
    kept_until: Mapped[date]
    outcome: Mapped[Outcome | None]
    content: Mapped[str] = mapped_column(default="")  # hash of what lay in it when it was counted
    live: Mapped[bool] = mapped_column(default=True)

    dossier: Mapped[Dossier] = relationship(lazy="raise")


class Seat(StrEnum):
    """The group: archive, business, audit (2.5)."""

    archive = "archive"
    business = "business"
    audit = "audit"


SEAT_TITLES = {Seat.archive: _l("Archive"), Seat.business: _l("Business"), Seat.audit: _l("Audit")}


class Opinion(Base):
    """Of one member of the group on one dossier; the newest of each seat counts."""

    __tablename__ = "appraisal_opinion"
    __table_args__ = (Index("ix_appraisal_opinion_line_id", "line_id", "seat", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("disposal_line.id"))
    seat: Mapped[Seat]
    outcome: Mapped[Outcome]
    words: Mapped[str]
    years: Mapped[int | None]  # to be kept longer
    given_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    given_by: Mapped[str]
    given_at: Mapped[Moment]


class WitnessTick(Base):
    """A dossier of the list held in hand before it is destroyed, by one of the two."""

    __tablename__ = "witness_tick"
    __table_args__ = (UniqueConstraint("line_id", "witness_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("disposal_line.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    pages: Mapped[int]
    ticked_at: Mapped[Moment]


class DisposalStep(StepRow, Base):
    """Each step of a list; approvals, counts and the destruction are signed with the password."""

    __tablename__ = "disposal_step"
    __table_args__ = (Index("ix_disposal_step_list_id", "list_id"), UniqueConstraint("key"))
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_list.id"))
    from_state: Mapped[DisposalState | None]
    to_state: Mapped[DisposalState]


class RetentionChange(Base):
    """A period changed by an appraisal: until when it is kept from then on; None: permanently."""

    __tablename__ = "retention_change"
    __table_args__ = (Index("ix_retention_change_dossier_id", "dossier_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_list.id"))
    until: Mapped[date | None]
    reason: Mapped[str]
    changed_on: Mapped[date]  # it holds for the period that had begun by then
    changed_by: Mapped[str]
    changed_at: Mapped[Moment]


class Tombstone(Base):
    """What stays of a destroyed dossier for good: what it was, what lay in it (codes, pages, hashes), and its end."""

    __tablename__ = "tombstone"
    __table_args__ = (CheckConstraint("pages >= 0 AND items >= 0", name="counts"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), unique=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_list.id"), index=True)
    code: Mapped[str]
    title: Mapped[str]
    items: Mapped[int]
    pages: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str]
    destroyed_at: Mapped[Moment]

    dossier: Mapped[Dossier] = relationship(lazy="raise")


for grows in (Opinion, WitnessTick, DisposalStep, RetentionChange, Tombstone):
    append_only(grows)
