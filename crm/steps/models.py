"""The columns of a step as it was taken. A feature adds whose step it is, and its states."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Moment


class StepRow:
    """`reason`: in words, or a code of the feature's; `until`: a moment or the end of a time that was agreed on.

    `key`: of the form it came from, unique; sent twice, it is one step.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]  # of the workflow, or how the thing came to be
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    until: Mapped[Moment | None]
    key: Mapped[str | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]
