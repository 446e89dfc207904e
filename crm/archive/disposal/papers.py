"""销毁清册, 鉴定意见, 销毁证明: as the list stands now."""

from __future__ import annotations

from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l

from crm.archive.disposal import queries
from crm.archive.disposal.models import DISPOSAL_TITLES, OUTCOME_TITLES, SEAT_TITLES, DisposalList
from crm.archive.dossiers.models.dossier import RETENTION_TITLES
from crm.archive.dossiers.queries import find_estate
from crm.archive.numbers.figures import COMPANY
from crm.auth.models import User
from crm.dates import business_day
from crm.db import session
from crm.web import pdf

TITLES = {
    "list": _l("Destruction list"),
    "opinions": _l("Opinions of the appraisal group"),
    "certificate": _l("Certificate of destruction"),
}
NUMBERS = {"list": "YH-XH-01", "opinions": "YH-XH-02", "certificate": "YH-XH-03"}


def pressed(found: DisposalList, what: str) -> bytes:
    """`what` is one of TITLES. Wants a request, for the address in its code."""
    return pdf.document(
        "disposal/list.html",
        found=found,
        what=what,
        heading=TITLES[what],
        form=NUMBERS[what],
        estate=find_estate(found.estate_id) if found.estate_id else None,
        company=COMPANY.on(business_day()),
        code=pdf.qr(url_for("disposal.show", disposal_list_id=found.id, _external=True)),
        printed_on=business_day(),
        clerk=g.actor.name,
        **told(found),
    )


def told(found: DisposalList) -> dict[str, Any]:
    """What page and paper say of a list beside its lines."""
    opinions = queries.opinions_of(found.id)
    return {
        "state": DISPOSAL_TITLES[found.state],
        "opinions": {line.id: [each for each in opinions if each.line_id == line.id] for line in found.lines},
        "stones": {stone.dossier_id: stone for stone in queries.tombstones_of(found.id)},
        "seats": SEAT_TITLES,
        "outcomes": OUTCOME_TITLES,
        "retentions": RETENTION_TITLES,
        "witnesses": [_name(found.witness_id), _name(found.second_witness_id)],
        "destroyer": _name(found.destroyer_id),
    }


def _name(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""
