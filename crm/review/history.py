"""Filing reviews in the words of a timeline, and what became of a finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.audit.models import LogEntry
from crm.audit.queries import Happening, timeline
from crm.db import session
from crm.review.events import LookedAgain
from crm.review.models import FilingReview, Finding
from crm.review.queries import sees_reviews

EVENT_TITLES = {
    "FilingReviewOpened": _l("Filing review opened"),
    "FilingReviewEnded": _l("Filing review ended"),
    "FilingReviewSigned": _l("Filing review signed off"),
    "LookedAgain": _l("Dossier looked at again"),
    "FindingHandedOut": _l("Finding handed out"),
    "FindingNoted": _l("Note on a finding"),
    "SampleDrawn": _l("Sample of dossiers drawn"),
    "PaperCounted": _l("Paper of a dossier counted"),
}
FIELD_TITLES = {
    "month": _l("Month"),
    "scheduled": _l("Started by the clock"),
    "whole": _l("All living ones"),
    "dossiers": _l("Dossiers"),
    "found": _l("New"),
    "mender": _l("Who mends it"),
    "repeated": _l("Repeated"),
    "cured": _l("Mended"),
    "size": _l("Size of the sample"),
    "agrees": _l("Agrees with the books"),
}
SUBJECT_TITLES = {
    "filing_review": _l("Filing review"),
    "finding": _l("Finding"),
    "sampling": _l("Sample"),
    "paper_count": _l("Count of paper"),
}
SUBJECT_PAGES = {
    "filing_review": ("review.show", "filing_review_id"),
    "finding": ("review.finding", "finding_id"),
    "sampling": ("review_sampling.show", "sampling_id"),
}
TONES = {"FilingReviewOpened": "blue", "FilingReviewEnded": "orange", "FilingReviewSigned": "green"}


def _opened(data: Mapping[str, Any]) -> str:
    how = _("Started by the clock") if data["scheduled"] else _("Started by hand")
    which = _("All living ones") if data["whole"] else _("Those that were due")
    return " · ".join((how, which, _("%(count)s dossiers", count=f"{data['dossiers']:,}")))


def _ended(data: Mapping[str, Any]) -> str:
    return _(
        "%(new)d new, %(repeated)d repeated, %(cured)d cured",
        new=data["found"],
        repeated=data["repeated"],
        cured=data["cured"],
    )


def _looked(data: Mapping[str, Any]) -> str:
    return _("%(new)d new, %(cured)d cured", new=data["found"], cured=data["cured"])


def _handed_out(data: Mapping[str, Any]) -> str:
    titles = {"mender": _("Who mends it"), "due_on": _("To be mended by")}
    told = [(titles[name], old or _("nobody"), new or _("nobody")) for name, (old, new) in data["changes"].items()]
    return " · ".join(f"{title}{_(': ')}{old} → {new}" for title, old, new in told)


def _counted(data: Mapping[str, Any]) -> str:
    found = _("Agrees with the books") if data["agrees"] else _("Differs from the books")
    return " · ".join(filter(None, (found, data["remark"])))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "FilingReviewOpened": _opened,
    "FilingReviewEnded": _ended,
    "FilingReviewSigned": lambda data: str(data["remark"]),
    "LookedAgain": _looked,
    "FindingHandedOut": _handed_out,
    "FindingNoted": lambda data: str(data["note"]),
    "SampleDrawn": lambda data: _("%(count)s dossiers", count=data["size"]),
    "PaperCounted": _counted,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str
    url: str = ""


def happenings(kind: str, object_id: int) -> list[Step]:
    """Newest first."""
    return [_step(entry) for entry in session().scalars(timeline(kind, object_id))]


def _step(entry: LogEntry) -> Step:
    return Step(
        at=entry.at,
        who=entry.actor,
        title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
        text=EVENT_DETAILS[entry.kind](entry.data) if entry.kind in EVENT_DETAILS else "",
        tone=TONES.get(entry.kind, "grey"),
    )


def of_finding(finding: Finding) -> Sequence[Step]:
    """From the look that found it to the look that found it cured, newest first."""
    told = happenings("finding", finding.id)
    looks = timeline("dossier", finding.dossier_id).where(LogEntry.kind == LookedAgain.__name__)
    told += [_step(entry) for entry in session().scalars(looks) if _while_open(finding, entry)]
    reviews = {review.id: review for review in session().scalars(_of(finding))}
    told.append(_bound(_("Found on"), "orange", finding.found_at, reviews.get(finding.found_review_id or 0)))
    if finding.cured_at:
        told.append(_bound(_("Mended"), "green", finding.cured_at, reviews.get(finding.cured_review_id or 0)))
    return sorted(told, key=lambda step: step.at, reverse=True)


def _while_open(finding: Finding, entry: LogEntry) -> bool:
    return entry.at > finding.found_at and (finding.cured_at is None or entry.at < finding.cured_at)


def _of(finding: Finding) -> Any:
    known = or_(FilingReview.id == finding.found_review_id, FilingReview.id == finding.cured_review_id)
    return select(FilingReview).where(known).options(joinedload(FilingReview.estate))


def _bound(title: str, tone: str, at: Any, review: FilingReview | None) -> Step:
    if review is None:
        return Step(at=at, who="", title=title, text=_("when the dossier was looked at by itself"), tone=tone)
    text = _("in the filing review of %(day)s", day=review.day.isoformat())
    return Step(
        at=at,
        who="",
        title=title,
        text=text,
        tone=tone,
        url=url_for("review.show", filing_review_id=review.id) if sees_reviews() else "",
    )
