"""The tree of what is complained about."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import Department
from crm.db import Base
from crm.policy.dictionaries import Dictionary
from crm.trees.models import TreeRow

CAUSES = Dictionary(
    key="complaints.cause",
    title=_l("Root causes of complaints"),
    defaults={
        "response": _l("Not answered in time"),
        "quality": _l("Work badly done"),
        "attitude": _l("Attitude of staff"),
        "information": _l("Not told, or told wrongly"),
        "equipment": _l("Equipment or building"),
        "neighbour": _l("Behaviour of a neighbour"),
        "billing": _l("Charges or bills"),
        "rule": _l("Rule or process"),
        "outside": _l("Beyond us"),
    },
)
CONTRACTORS = Dictionary(
    key="complaints.contractor",
    title=_l("Contractors"),
    defaults={
        "cleaning": _l("Cleaning contractor"),
        "security": _l("Security contractor"),
        "green": _l("Gardening contractor"),
        "lifts": _l("Lift maintenance"),
        "fire": _l("Fire protection maintenance"),
    },
)


class Severity(StrEnum):
    """From the gravest on."""

    urgent = "urgent"
    ordinary = "ordinary"


SEVERITY_TITLES = {Severity.urgent: _l("Pressing"), Severity.ordinary: _l("Ordinary")}
SEVERITY_TONES = {Severity.urgent: "red", Severity.ordinary: "grey"}
LIVE, LIVE_TOP = text("active"), text("active AND parent_id IS NULL")


class ComplaintCategory(TreeRow, Base):
    """With no parent a group; below it what is complained about. A retired one stays on the complaints that have it.

    `department`: whom it is usually about; it is proposed when a complaint is classified.
    """

    __tablename__ = "complaint_category"
    __table_args__ = (
        Index("uq_complaint_category_top", "name", unique=True, sqlite_where=LIVE_TOP, postgresql_where=LIVE_TOP),
        Index("uq_complaint_category_name", "parent_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    severity: Mapped[Severity] = mapped_column(default=Severity.ordinary)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))

    department: Mapped[Department | None] = relationship(lazy="raise")
