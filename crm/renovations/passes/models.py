"""Who works in a renovation, the cards they come in with, and the one table of what can be done with a card."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.deposits.models import Deposit
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.properties.models import Estate
from crm.renovations.cases.models import BEFORE_PERMIT, Renovation
from crm.renovations.cases.models import RenovationState as R
from crm.steps.models import StepRow
from crm.workflow import Step, TitledWorkflow

LISTS_WORKERS = (*BEFORE_PERMIT, R.permitted, R.under_way, R.stopped)  # 施工人员登记表 comes with the application
ISSUES = (R.permitted, R.under_way)  # a permit is live and nobody stopped the work


class RenovationWorker(Versioned, Base):
    """施工人员 (D02). The ID number is sealed; `id_masked` is what lists and papers show of it."""

    __tablename__ = "renovation_worker"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("(id_number IS NULL) = (id_index IS NULL)", name="sealed"),
        UniqueConstraint("key"),
        UniqueConstraint("renovation_id", "id_index"),  # nobody stands in one register twice
        Index("ix_renovation_worker_id_index", "id_index"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    name: Mapped[str]
    trade: Mapped[str] = mapped_column(default="")  # 工种, as it was said; `TRADES` are proposed
    id_number: Mapped[bytes | None]
    id_index: Mapped[str | None]
    id_masked: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the photo
    key: Mapped[str | None]
    registered_by: Mapped[str]
    registered_at: Mapped[Moment]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")


class PassState(StrEnum):
    """`withdrawn`: no longer good, and the card is still out."""

    issued = "issued"
    withdrawn = "withdrawn"
    lost = "lost"
    returned = "returned"


S, P = PassState, Permission
STATE_TITLES = {
    S.issued: _l("Pass issued"),
    S.withdrawn: _l("Withdrawn, card not back"),
    S.lost: _l("Lost"),
    S.returned: _l("Card handed in"),
}
OUT = (S.issued, S.withdrawn)  # the card is in somebody's pocket
ISSUED, STILL_OUT = text("state = 'issued'"), text("state IN ('issued', 'withdrawn')")


class RenovationPass(Versioned, Base):
    """出入证 (E03). `valid_to`: its last day, never later than the permit's. `replaces_id`: of a lost one."""

    __tablename__ = "renovation_pass"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="valid"),
        CheckConstraint("(state IN ('issued', 'withdrawn')) = (ended_at IS NULL)", name="ended"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        UniqueConstraint("replaces_id"),  # a lost one is made again once
        Index("uq_renovation_pass_issued", "worker_id", unique=True, sqlite_where=ISSUED, postgresql_where=ISSUED),
        Index("ix_renovation_pass_out", "estate_id", "valid_to", sqlite_where=STILL_OUT, postgresql_where=STILL_OUT),
        Index("ix_renovation_pass_estate_id", "estate_id", "issued_at"),
        Index("ix_renovation_pass_issued_at", "issued_at"),  # for whoever sees every estate
        Index("ix_renovation_pass_renovation_id", "renovation_id"),
        Index("ix_renovation_pass_worker_id", "worker_id"),
        Index("ix_renovation_pass_deposit_id", "deposit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # CR2611-0001
    key: Mapped[str | None]  # of the form it was issued with: sent twice, it is one
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("renovation_worker.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    state: Mapped[PassState]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("renovation_pass.id"))
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("deposit.id"))  # one may stand for several cards
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_by: Mapped[str]
    issued_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # handed in, or reported lost

    estate: Mapped[Estate] = relationship(lazy="raise")
    renovation: Mapped[Renovation] = relationship(lazy="raise")
    worker: Mapped[RenovationWorker] = relationship(lazy="raise")
    deposit: Mapped[Deposit | None] = relationship(lazy="raise")
    replaces: Mapped[RenovationPass | None] = relationship(lazy="raise", remote_side="RenovationPass.id")


class RenovationPassStep(StepRow, Base):
    __tablename__ = "renovation_pass_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_renovation_pass_step_pass_id", "pass_id", "id"))
    pass_id: Mapped[int] = mapped_column(ForeignKey("renovation_pass.id"))
    from_state: Mapped[PassState | None]
    to_state: Mapped[PassState]


append_only(RenovationPassStep)


def _step(sources: Any, target: PassState | None, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=P.renovation_log, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    extend=_step((S.issued,), None, _l("Extend the pass")),
    withdraw=_step((S.issued,), S.withdrawn, _l("Withdraw the pass")),
    lose=_step(OUT, S.lost, _l("Reported lost")),
    hand_in=_step((*OUT, S.lost), S.returned, _l("The card is handed in")),
)
