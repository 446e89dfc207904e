"""The permit is printed: which edition, and for which time. A reprint says so on its face."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.log import record
from crm.db import session
from crm.errors import IllegalTransition
from crm.renovations.cases.events import RenovationPermitPrinted
from crm.renovations.cases.models import ON_SITE, Renovation, RenovationStep
from crm.renovations.cases.papers import issue_permit, permit_paper
from crm.renovations.cases.service.steps import STEPS, Said, subjects

PRINTED = "print"


def print_permit(renovation: Renovation) -> bytes:
    """Raises where no permit is live."""
    STEPS.hold(renovation)
    if renovation.state not in ON_SITE:
        raise IllegalTransition(_("No permit of %(number)s is live.", number=renovation.number))
    times = _printed_before(renovation) + 1
    issued = issue_permit(renovation.id)
    told: dict[str, Any] = {"edition": issued.version, "times": times}
    said = Said(note=_("edition %(edition)s, print %(times)s", **told))
    STEPS.follow(renovation, PRINTED, renovation.state, said)
    record(RenovationPermitPrinted(**told, **subjects(renovation)))
    return permit_paper(issued, times)


def _printed_before(renovation: Renovation) -> int:
    found = select(func.count(RenovationStep.id)).filter_by(renovation_id=renovation.id, action=PRINTED)
    return session().scalar(found) or 0
