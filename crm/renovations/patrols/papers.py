"""检查记录 (D07): every patrol of a renovation with its small photos, and the violations noted on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.dates import business_day
from crm.files import store
from crm.renovations.cases.models import STATE_TITLES as CASE_TITLES
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.patrols import queries
from crm.renovations.patrols.models import OUTCOME_TITLES, Outcome, RenovationPatrol
from crm.renovations.patrols.points import POINTS
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.violations.cases.models import STATE_TITLES as VIOLATION_TITLES
from crm.violations.cases.models import Violation
from crm.web import pdf
from crm.web.drawing import small

SLOT = "renovation_permit"  # of section 3: what happened while the permit was live
WIDEST = 480  # pixels of a picture


def log_paper(renovation: Renovation) -> bytes:
    """Without a patrol yet: to be filled in by hand on the way."""
    patrols = queries.patrols_of(renovation.id)
    noted = queries.violations_of([each.id for each in patrols])
    with force_locale("zh_CN"):
        return pdf.document(
            "renovations/patrols.html",
            renovation=renovation,
            estate=renovation.estate,
            state=CASE_TITLES[renovation.state],
            code=pdf.qr(url_for("renovations.show", renovation_id=renovation.id, _external=True)),
            patrols=[_told(each, noted.get(each.id, [])) for each in patrols],
            blank=[title for _code, title in POINTS.choices()],
            printed_on=business_day(),
            clerk=g.actor.name,
        )


def _told(patrol: RenovationPatrol, violations: Sequence[Violation]) -> dict[str, Any]:
    return {
        "patrol": patrol,
        "wrong": [
            (POINTS.title_of(point.code), point.words) for point in patrol.points if point.outcome is Outcome.found
        ],
        "others": [(OUTCOME_TITLES[outcome], _titles(patrol, outcome)) for outcome in (Outcome.ok, Outcome.unseen)],
        "violations": [(each.number, each.found, VIOLATION_TITLES[each.state]) for each in violations],
        "pictures": [small(store.read(photo.upload), (WIDEST, WIDEST)) for photo in patrol.photos],
    }


def _titles(patrol: RenovationPatrol, outcome: Outcome) -> list[str]:
    return [POINTS.title_of(point.code) for point in patrol.points if point.outcome is outcome]


def log_to_file(renovation_id: int) -> Paper:
    renovation = get_renovation(renovation_id)
    return Paper(
        slot=SLOT,
        title=_("Log of patrols, renovation %(number)s", number=renovation.number),
        number=f"{renovation.number}-D07",
        day=business_day(),
        estate_id=renovation.estate_id,
        customer_ids=kept_ids([renovation.customer_id]),
        content=log_paper(renovation),
    )
