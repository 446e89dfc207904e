"""施工人员登记表 (D02), 出入证 (E03) as cards and as their list; the cards are known to /verify (decision 022)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from crm.archive.dossiers import proof
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.files import store
from crm.files.models import Upload
from crm.phones import mask_phone
from crm.renovations.cases.models import STATE_TITLES as CASE_TITLES
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import get_renovation
from crm.renovations.passes import queries
from crm.renovations.passes.models import PassState, RenovationPass, RenovationWorker
from crm.renovations.passes.standing import STANDING_TITLES, standing, standing_of
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.web import pdf
from crm.web.drawing import small

CARD = "renovation_pass"
SLOT = "renovation_permit"  # of section 3, beside the permit that they rest on
PHOTO = (240, 320)  # pixels at most
CHINESE = "zh_CN"


def content_of(card: RenovationPass) -> dict[str, Any]:
    """What the card says today, and whether it is good: with its worker, renovation and unit loaded."""
    case = card.renovation
    stands = standing(card.state, case.state, card.valid_from, card.valid_to, business_day())
    return {
        "standing": stands.value,
        "estate": card.estate.name,
        "unit": case.unit.label,
        "name": card.worker.name,
        "trade": card.worker.trade,
        "from": card.valid_from.isoformat(),
        "until": card.valid_to.isoformat(),
        "renovation": case.number,
    }


def content_today(renovation_pass_id: int) -> dict[str, Any] | None:
    """Whoever asks: what may be shown of it is `may_see`'s affair."""
    [*found] = _cards(RenovationPass.id == renovation_pass_id)
    return content_of(found[0]) if found else None


def _cards(*conditions: Any) -> Sequence[RenovationPass]:
    found = select(RenovationPass).where(*conditions).order_by(RenovationPass.id)
    photo = joinedload(RenovationPass.worker).joinedload(RenovationWorker.upload).joinedload(Upload.stored)
    place = joinedload(RenovationPass.renovation).joinedload(Renovation.unit)
    return session().scalars(found.options(photo, place, joinedload(RenovationPass.estate))).all()


def may_see(renovation_pass_id: int) -> bool:
    seen = select(RenovationPass.id).where(RenovationPass.id == renovation_pass_id, within(RenovationPass.estate_id))
    return actor().may(Permission.renovation_read) and session().scalar(seen) is not None


def at_the_gate(renovation_pass_id: int) -> str:
    """Whom the code on the card shows to a guard."""
    number = session().scalar(select(RenovationPass.number).where(RenovationPass.id == renovation_pass_id))
    return url_for("renovation_passes.gate", number=number)


def cards(condition: ColumnElement[bool]) -> bytes:
    """Eight to a page, of those that are not withdrawn, lost or handed in; /verify knows them from now on."""
    found = _cards(condition, RenovationPass.state == PassState.issued, within(RenovationPass.estate_id))
    wanted = [proof.ToIssue(subject_id=each.id, number=each.number, content=content_of(each)) for each in found]
    with force_locale(CHINESE):
        return pdf.document(
            "renovations/cards.html",
            cards=[
                {"card": each, "photo": _photo(each.worker), "mark": proof.mark(printed)}
                for each, printed in zip(found, proof.issue_all(CARD, wanted), strict=True)
            ],
            printed_on=business_day(),
            clerk=g.actor.name,
        )


def _photo(worker: RenovationWorker) -> str:
    return small(store.read(worker.upload), PHOTO, 80) if worker.upload else ""


def workers_paper(renovation: Renovation) -> bytes:
    """D02 with masked ID numbers and telephones: who needs them in full asks for each with a reason."""
    workers = queries.workers_of(renovation.id)
    with force_locale(CHINESE):
        return pdf.document(
            "renovations/workers.html",
            workers=[(each, _photo(each), mask_phone(each.phone) if each.phone else "") for each in workers],
            **_about(renovation),
        )


def passes_paper(renovation: Renovation) -> bytes:
    """Which cards went out, and where each of them is."""
    day = business_day()
    with force_locale(CHINESE):
        rows = [(row, STANDING_TITLES[standing_of(row, day)]) for row in queries.passes_of(renovation.id)]
        return pdf.document("renovations/passes.html", rows=rows, **_about(renovation))


def _about(renovation: Renovation) -> dict[str, Any]:
    return {
        "renovation": renovation,
        "estate": renovation.estate,
        "state": CASE_TITLES[renovation.state],
        "code": pdf.qr(url_for("renovations.show", renovation_id=renovation.id, _external=True)),
        "printed_on": business_day(),
        "clerk": g.actor.name,
    }


# For the dossier


def workers_to_file(renovation_id: int) -> Paper:
    renovation = get_renovation(renovation_id)
    title = _("Register of workers, renovation %(number)s", number=renovation.number)
    return _paper(renovation, "D02", title, workers_paper(renovation))


def passes_to_file(renovation_id: int) -> Paper:
    renovation = get_renovation(renovation_id)
    title = _("Passes of workers, renovation %(number)s", number=renovation.number)
    return _paper(renovation, "E03", title, passes_paper(renovation))


def _paper(renovation: Renovation, form: str, title: str, content: bytes) -> Paper:
    return Paper(
        slot=SLOT,
        title=title,
        number=f"{renovation.number}-{form}",
        day=business_day(),
        estate_id=renovation.estate_id,
        customer_ids=kept_ids([renovation.customer_id]),
        content=content,
    )


FIELDS = {
    "standing": _l("State"),
    "estate": _l("Estate"),
    "unit": _l("Unit"),
    "name": _l("Name"),
    "trade": _l("Trade"),
    "from": _l("Valid from"),
    "until": _l("Valid until"),
    "renovation": _l("Renovation"),
}
WORDS: dict[str, dict[Any, Any]] = {"standing": {each.value: title for each, title in STANDING_TITLES.items()}}
PAPERS = {
    CARD: proof.Paper(
        title=_l("Pass"), content=content_today, may_see=may_see, fields=FIELDS, words=WORDS, page=at_the_gate
    ),
}
