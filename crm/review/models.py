"""A filing review, the dossiers it looked at, and what it found: a finding is the task, which a re-check ends."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, exists, func, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.auth.models import User
from crm.auth.permissions import Permission, RoleName
from crm.db import Base, Moment, Versioned, append_only, session
from crm.jobs.models import Job
from crm.properties.models import Estate
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/review/{}"  # a review's page, where `url_for` has no request
MINE = "/review/findings?mine=1"


class ReviewState(StrEnum):
    running = "running"
    open = "open"
    signed = "signed"


STATE_TITLES = {
    ReviewState.running: _l("Running"),
    ReviewState.open: _l("To be signed off"),
    ReviewState.signed: _l("Signed off"),
}


def _uncounted(review: FilingReview) -> str:
    """Whoever signs answers for the paper too; and a form that is sent twice draws one sample."""
    here = PaperCount.sampling_id == SampledDossier.sampling_id, PaperCount.dossier_id == SampledDossier.dossier_id
    drawn = select(func.count()).select_from(SampledDossier).join(Sampling, Sampling.id == SampledDossier.sampling_id)
    left = session().scalar(drawn.where(Sampling.review_id == review.id, ~exists().where(*here)))
    if not left:
        return ""
    return _("%(count)s dossiers of the sample are not counted yet. Count them first.", count=left)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    end=Step(
        sources={ReviewState.running},
        target=ReviewState.open,
        permission=Permission.review_keep,
        title=_l("End the review"),
    ),
    sample=Step(
        sources={ReviewState.open},
        permission=Permission.review_keep,
        title=_l("Draw a sample"),
        hindrance=_uncounted,
    ),
    sign=Step(
        sources={ReviewState.open},
        target=ReviewState.signed,
        permission=Permission.review_sign,
        title=_l("Sign off"),
        hindrance=_uncounted,
    ),
)
RUNNING = text("state = 'running' AND estate_id IS NOT NULL")
RUNNING_OF_COMPANY = text("state = 'running' AND estate_id IS NULL")
SCHEDULED = text("scheduled AND estate_id IS NOT NULL")
SCHEDULED_OF_COMPANY = text("scheduled AND estate_id IS NULL")


class FilingReview(Versioned, Base):
    """Of one estate's customers, or (`estate_id` None) of the loan and guarantee company's dossiers, as of `day`.

    It goes through the dossiers in the order of their ids; `reached` is the last one that is done, so that what a
    killed process left is gone on with. The sums are frozen at its end.
    """

    __tablename__ = "filing_review"
    __table_args__ = (
        CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed"),
        CheckConstraint("(state = 'running') = (ended_at IS NULL)", name="ended"),
        Index("uq_filing_review_running", "estate_id", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index(
            "uq_filing_review_running_of_company",
            "state",
            unique=True,
            sqlite_where=RUNNING_OF_COMPANY,
            postgresql_where=RUNNING_OF_COMPANY,
        ),
        Index(
            "uq_filing_review_scheduled",
            "estate_id",
            "month",
            unique=True,
            sqlite_where=SCHEDULED,
            postgresql_where=SCHEDULED,
        ),
        Index(
            "uq_filing_review_scheduled_of_company",
            "month",
            unique=True,
            sqlite_where=SCHEDULED_OF_COMPANY,
            postgresql_where=SCHEDULED_OF_COMPANY,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"), index=True)
    month: Mapped[date]
    day: Mapped[date]
    scheduled: Mapped[bool]  # by the clock: once a month
    whole: Mapped[bool]  # every living dossier; else those whose period is over
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.running)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("filing_review.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    reached: Mapped[int] = mapped_column(default=0)
    dossiers: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)  # findings, as the next two
    repeated: Mapped[int] = mapped_column(default=0)
    cured: Mapped[int] = mapped_column(default=0)
    complete_asked: Mapped[int | None]  # questions of the whole archive (`crm.review.standing`), as the next five
    complete_failed: Mapped[int | None]
    accurate_asked: Mapped[int | None]
    accurate_failed: Mapped[int | None]
    valid_asked: Mapped[int | None]
    valid_failed: Mapped[int | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_by: Mapped[str]
    opened_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[Moment | None]
    remark: Mapped[str] = mapped_column(default="")
    reminded: Mapped[int] = mapped_column(default=0)  # that it is late: 1 whoever signs it, 2 whoever is above too

    estate: Mapped[Estate | None] = relationship(lazy="raise")
    previous: Mapped[FilingReview | None] = relationship(lazy="raise", remote_side="FilingReview.id")
    job: Mapped[Job | None] = relationship(lazy="raise")


class Why(StrEnum):
    """For what reason a dossier was looked at."""

    asked = "asked"
    period = "period"
    pressing = "pressing"  # arrears of more than 90 days, or a case is open


WHY_TITLES = {
    Why.asked: _l("Looked at on request"),
    Why.period: _l("Its period is over"),
    Why.pressing: _l("Arrears or an open case"),
}


class ReviewedDossier(Base):
    """A dossier in a review: how many questions of each measure were asked, and how many it did not pass.

    The figures are those of the moment in which it was looked at, None before.
    """

    __tablename__ = "reviewed_dossier"
    __table_args__ = (Index("ix_reviewed_dossier_dossier_id", "dossier_id", "review_id"),)
    review_id: Mapped[int] = mapped_column(ForeignKey("filing_review.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    why: Mapped[Why]
    complete_asked: Mapped[int | None]
    complete_failed: Mapped[int | None]
    accurate_asked: Mapped[int | None]
    accurate_failed: Mapped[int | None]
    valid_asked: Mapped[int | None]
    valid_failed: Mapped[int | None]
    findings: Mapped[int | None]

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    review: Mapped[FilingReview] = relationship(lazy="raise")


OPEN = text("cured_at IS NULL")


class Finding(Versioned, Base):
    """A fault of a dossier, from the look that found it to the look that no longer did. Nobody closes it by hand.

    `found_review_id` and `cured_review_id` are None where the dossier was looked at by itself. What comes back is a
    finding of its own.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("cured_at IS NULL OR cured_at >= found_at", name="order"),
        Index("uq_finding_open", "dossier_id", "kind", "key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_finding_estate_id_kind", "estate_id", "kind", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_finding_owner_id_due_on", "owner_id", "due_on", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_finding_found_review_id", "found_review_id"),
        Index("ix_finding_cured_review_id", "cured_review_id"),
        Index("ix_finding_dossier_id", "dossier_id", "found_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))  # the dossier's
    kind: Mapped[str]
    measure: Mapped[Measure]
    key: Mapped[str]
    about_id: Mapped[int | None]
    detail: Mapped[str]
    role: Mapped[RoleName]  # whose desk mends it
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")  # what was last said about it
    found_at: Mapped[Moment]
    found_review_id: Mapped[int | None] = mapped_column(ForeignKey("filing_review.id"))
    cured_at: Mapped[Moment | None]
    cured_review_id: Mapped[int | None] = mapped_column(ForeignKey("filing_review.id"))

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    owner: Mapped[User | None] = relationship(lazy="raise")


class FoundNow(Base):
    """What one look finds, while it looks: compared with what is known and dropped in the same unit of work."""

    __tablename__ = "found_now"
    look: Mapped[int] = mapped_column(primary_key=True)  # one look's own number
    dossier_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    about_id: Mapped[int | None]
    detail: Mapped[str]


class Sampling(Base):
    """抽查: dossiers drawn from a review for a look at the paper. `seed` draws the same ones again, as proof."""

    __tablename__ = "sampling"
    __table_args__ = (CheckConstraint("size >= 1", name="size"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("filing_review.id"), index=True)
    size: Mapped[int]
    seed: Mapped[int]
    recount_of_id: Mapped[int | None] = mapped_column(ForeignKey("sampling.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drawn_by: Mapped[str]
    drawn_at: Mapped[Moment]

    review: Mapped[FilingReview] = relationship(lazy="raise")


class SampledDossier(Base):
    """What the books say of a drawn dossier, fixed when it was drawn; whoever counts does not see it before."""

    __tablename__ = "sampled_dossier"
    __table_args__ = (CheckConstraint("position >= 1", name="position"), UniqueConstraint("sampling_id", "position"))
    sampling_id: Mapped[int] = mapped_column(ForeignKey("sampling.id"), primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    position: Mapped[int]
    place: Mapped[str]  # where it should stand
    documents: Mapped[int]
    pages: Mapped[int]
    sheets: Mapped[int]

    dossier: Mapped[Dossier] = relationship(lazy="raise")


class PaperCount(Base):
    """What somebody found on the shelf. Entered once; a mistake is put right by a count of its own."""

    __tablename__ = "paper_count"
    __table_args__ = (
        CheckConstraint("documents >= 0 AND pages >= 0 AND sheets >= 0", name="counted"),
        CheckConstraint("there OR (documents = 0 AND pages = 0 AND sheets = 0)", name="there"),
        Index("ix_paper_count_dossier_id", "dossier_id", "id"),
        Index("uq_paper_count_sampling_id", "sampling_id", "dossier_id", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sampling_id: Mapped[int] = mapped_column(ForeignKey("sampling.id"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    there: Mapped[bool]  # it stood where it should
    documents: Mapped[int]
    pages: Mapped[int]
    sheets: Mapped[int]
    agrees: Mapped[bool]  # with the books
    remark: Mapped[str] = mapped_column(default="")
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counted_by: Mapped[str]
    counted_at: Mapped[Moment]


for grows in (Sampling, SampledDossier, PaperCount):
    append_only(grows)
