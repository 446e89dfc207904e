"""What the count of the paper asks of a dossier. Clauses P-03, L-01."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, and_, case, cast, select

from crm.archive.dossiers.checking import EVERY_KIND, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import RoleName
from crm.review.models import PaperCount, SampledDossier
from crm.review.sampling.queries import COUNTED, DIFFERS, last_counts

PAPER_DIFFERS = "paper_differs"
ABSENT = "absent"


def _differs(_day: date) -> Select[*tuple[Any, ...]]:
    """The newest count of a dossier; where it agrees, what was found before is put right."""
    newest = and_(PaperCount.dossier_id == Dossier.id, PaperCount.id.in_(last_counts()))
    columns = finding(about_id=PaperCount.sampling_id, detail=case((~PaperCount.there, ABSENT), else_=_figures()))
    return select(*columns).join(PaperCount, newest).join(SampledDossier, COUNTED).where(DIFFERS)


def _figures() -> Any:
    """Such as 4/5 · 10/12 · 10/12: documents, pages, sheets, each counted and in the books."""
    pairs = [
        cast(getattr(PaperCount, name), String) + "/" + cast(getattr(SampledDossier, name), String)
        for name in ("documents", "pages", "sheets")
    ]
    return pairs[0] + " · " + pairs[1] + " · " + pairs[2]


def _page(where: Where) -> str:
    return url_for("review_sampling.show", sampling_id=where.about_id)


CHECKS = (
    Check(
        kind=PAPER_DIFFERS,
        title=_l("The paper is not what the books say"),
        advice=_l(
            "Look for what is missing, or put the books right, and have it counted again. The figures: documents, "
            "pages and sheets, each as counted and as in the books."
        ),
        measure=Measure.accurate,
        kinds=EVERY_KIND,
        role=RoleName.archivist,
        find=_differs,
        page=_page,
        words={ABSENT: _l("it was not in its place")},
    ),
)
