"""Findings and scores in words; a check that is no more has its code for a name."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.archive.dossiers.checking import Where
from crm.auth.permissions import leads_to
from crm.review.checks import checks
from crm.review.models import FilingReview
from crm.review.queries import per_cent


def title_of_kind(kind: str) -> str:
    return str(checks[kind].title) if kind in checks else kind


def advice_of(kind: str) -> str:
    return str(checks[kind].advice) if kind in checks else ""


def detail_of(finding: Any) -> str:
    """What the check says besides its title: codes come in words."""
    words = checks[finding.kind].words if finding.kind in checks else {}
    return str(words.get(finding.detail, finding.detail))


def fault(finding: Any) -> str:
    detail = detail_of(finding)
    return f"{title_of_kind(finding.kind)}{_(': ')}{detail}" if detail else title_of_kind(finding.kind)


def place_of(finding: Any, subject_id: int) -> str:
    """The page that mends it, "" where the check is no more, and for whoever may not go there."""
    if finding.kind not in checks:
        return ""
    where = Where(dossier_id=finding.dossier_id, subject_id=subject_id, about_id=finding.about_id)
    return leads_to(checks[finding.kind].page(where))


def why_of(review: Any) -> str:
    """Why its dossiers were looked at."""
    return _("All living ones") if review.whole else _("Those that were due")


def score(row: Any, measure: str) -> float | None:
    """Of a review or a dossier in it."""
    asked, failed = getattr(row, f"{measure}_asked"), getattr(row, f"{measure}_failed")
    return None if asked is None else per_cent(asked, failed or 0)


def started_by(review: Any) -> str:
    return _("Started by the clock") if review.scheduled else _("Started by hand")


def name_of(review: FilingReview) -> str:
    return review.estate.name if review.estate else _("Loans and guarantees")
