"""Drawing a sample, counting its paper, and having counted again what differed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.review.events import PaperCounted, SampleDrawn
from crm.review.models import WORKFLOW, FilingReview, Finding, PaperCount, SampledDossier, Sampling
from crm.review.sampling import queries
from crm.review.sampling.checks import PAPER_DIFFERS
from crm.review.sampling.drawing import LARGEST_SEED, drawn
from crm.review.sampling.figures import MOST
from crm.review.service import hold, look_again


def draw(review: FilingReview, size: int, reason: str = "") -> Sampling:
    """By a seed that is kept. Raises `DomainError` where there is nothing left to draw."""
    hold(review)
    WORKFLOW.take(review, "sample")
    ids = queries.to_draw_from(review.id)
    if not ids:
        raise DomainError(_("Every dossier of this review was drawn already."))
    seed = secrets.randbelow(LARGEST_SEED)
    return _store(review, drawn(ids, min(size, MOST), seed), seed=seed, reason=reason)


def recount(sampling: Sampling, reason: str) -> Sampling:
    """Those whose newest count still differs, with what the books say by now."""
    hold(sampling.review)
    if reason_against := recount_hindrance(sampling):
        raise DomainError(reason_against)
    ids = queries.still_differing(sampling.id)
    return _store(sampling.review, ids, seed=sampling.seed, reason=reason, recount_of_id=sampling.id)


def recount_hindrance(sampling: Sampling) -> str:
    """Why it cannot be counted again, or "". A signed review's can: what differs has to be put right some day."""
    if queries.tally(Sampling.id == sampling.id).left:
        return _("Count the whole sample first.")
    if queries.recount_of(sampling.id) is not None:
        return _("This sample was drawn again already. Open that recount.")
    if not queries.still_differing(sampling.id):
        return _("Nothing of it differs any more.")
    return ""


def _store(
    review: FilingReview, ids: Sequence[int], *, seed: int, reason: str, recount_of_id: int | None = None
) -> Sampling:
    made = Sampling(
        review=review,
        size=len(ids),
        seed=seed,
        recount_of_id=recount_of_id,
        reason=reason,
        drawn_by_id=actor().user_id,
        drawn_by=actor().name,
        drawn_at=utc_now(),
    )
    session().add(made)
    session().flush()
    books = {row.id: row for row in queries.in_the_books(ids)}
    session().add_all(
        SampledDossier(
            sampling_id=made.id,
            dossier_id=key,
            position=position,
            **{name: getattr(books[key], name) for name in ("place", "documents", "pages", "sheets")},
        )
        for position, key in enumerate(ids, start=1)
    )
    session().flush()
    record(SampleDrawn(sampling_id=made.id, filing_review_id=review.id, estate_id=review.estate_id, size=len(ids)))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What lies on the shelf; nothing where the dossier was not `there`."""

    there: bool
    documents: int = 0
    pages: int = 0
    sheets: int = 0
    remark: str = ""


def count(line: SampledDossier, found: Counted) -> PaperCount:
    """Once: a slip is put right by a recount. A difference is somebody's task at once, and ends with a count that
    agrees. Raises `DomainError` where it was counted already.
    """
    dossier = session().get_one(Dossier, line.dossier_id, with_for_update=True)
    if reason_against := count_hindrance(line):
        raise DomainError(reason_against)
    figures = (found.documents, found.pages, found.sheets)
    agrees = found.there and figures == (line.documents, line.pages, line.sheets)
    names = ("documents", "pages", "sheets")
    made = PaperCount(
        sampling_id=line.sampling_id,
        dossier_id=line.dossier_id,
        there=found.there,
        agrees=agrees,
        remark=found.remark,
        counted_by_id=actor().user_id,
        counted_by=actor().name,
        counted_at=utc_now(),
        **dict(zip(names, figures if found.there else (0, 0, 0), strict=True)),
    )
    session().add(made)
    session().flush()
    record(
        PaperCounted(
            paper_count_id=made.id,
            dossier_id=dossier.id,
            estate_id=dossier.estate_id,
            agrees=agrees,
            remark=found.remark,
        )
    )
    if not agrees or _is_a_task(dossier.id):
        look_again(dossier)
    return made


def count_hindrance(line: SampledDossier) -> str:
    """Why it cannot be entered, or ""."""
    before = queries.count_of(line)
    if before is None:
        return ""
    return _("%(who)s has counted this dossier already. A slip is put right by a recount.", who=before.counted_by)


def _is_a_task(dossier_id: int) -> bool:
    open_one = select(Finding.id).filter_by(dossier_id=dossier_id, kind=PAPER_DIFFERS, cured_at=None)
    return session().scalar(open_one.limit(1)) is not None


def draws_again(sampling: Sampling) -> bool:
    """Whether the seed still draws these dossiers from those there were to draw from. Of a recount nothing is drawn."""
    before = queries.to_draw_from(sampling.review_id, before=sampling.id)
    return drawn(before, sampling.size, sampling.seed) == list(queries.dossiers_of(sampling.id))
