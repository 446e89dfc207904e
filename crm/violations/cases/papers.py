"""违规通知单, 整改复查单, 停工通知: pressed from what was frozen, with small pictures; two are filed (P-13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from crm.correspondence.letters.models import STATE_TITLES as LETTER_TITLES
from crm.correspondence.letters.models import Letter, LetterState
from crm.correspondence.letters.papers import titled
from crm.correspondence.letters.queries import ENTRIES
from crm.dates import business_day, business_day_of, utc_now
from crm.db import session
from crm.files import store
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.violations.cases import queries
from crm.violations.cases.models import (
    SETTLEMENT_TITLES,
    STATE_TITLES,
    Violation,
    ViolationPhoto,
    ViolationPhotoStage,
)
from crm.violations.cases.service.noticing import FORM_TITLES, PICTURES, Form
from crm.web import pdf
from crm.web.drawing import small

FORM_NUMBERS = {Form.notice: "YH-WG-01", Form.stop: "YH-WG-03", Form.report: "YH-WG-04"}
WIDEST = 640  # pixels of a picture
SLOTS = {"notice": "violation_notice", "inspections": "rectification"}


def letter_paper(letter: Letter, proofs: Sequence[Any] = ()) -> bytes:
    """The letter as it was made, with what proves that it arrived. Wants a request, for the address in its code."""
    content: Any = letter.content
    form, violation = Form(content["form"]), queries.get_violation(letter.about_id or 0)
    return pdf.document(
        "violations/notice.html",
        letter=letter,
        content=content,
        form=form.value,
        heading=FORM_TITLES[form],
        number=FORM_NUMBERS[form],
        pictures=_frozen(violation, content),
        void=letter.state is LetterState.void,
        proofs=titled(proofs),
        **_about(violation),
    )


def inspections_paper(violation: Violation) -> bytes:
    """Every time somebody looked again, and how it ended."""
    return pdf.document(
        "violations/inspections.html",
        inspections=queries.inspections_of(violation.id),
        letters=queries.letters_of(violation.id)[::-1],
        letter_titles=LETTER_TITLES,
        settled=queries.settled_step(violation),
        pictures=_pictures(queries.photos_of(violation.id, ViolationPhotoStage.inspected)[-PICTURES:]),
        **_about(violation),
    )


def _about(violation: Violation) -> dict[str, Any]:
    return {
        "violation": violation,
        "estate": violation.estate,
        "state": STATE_TITLES[violation.state],
        "settlement": SETTLEMENT_TITLES[violation.settlement] if violation.settlement else "",
        "code": pdf.qr(url_for("violations.show", violation_id=violation.id, _external=True)),
        "printed_on": business_day(),
        "clerk": g.actor.name,
    }


def _frozen(violation: Violation, content: Any) -> Sequence[str]:
    """Those it was made with; of letters that do not name them, the latest few."""
    if "photo_ids" in content:
        return _pictures(queries.photos_called(content["photo_ids"]))
    return _pictures(queries.photos_of(violation.id, ViolationPhotoStage.found)[-PICTURES:])


def _pictures(photos: Sequence[ViolationPhoto]) -> Sequence[str]:
    """As addresses that hold the picture itself: the press fetches nothing."""
    return [small(store.read(photo.upload), (WIDEST, WIDEST)) for photo in photos]


def notice_to_file(violation_id: int) -> Paper:
    """The notice that counted in the end."""
    violation = queries.get_violation(violation_id)
    letter = session().get_one(Letter, violation.letter_id)
    title = _("Violation notice %(number)s", number=violation.number)
    return _paper(violation, "notice", title, letter_paper(letter, ENTRIES.live(letter.id)))


def inspections_to_file(violation_id: int) -> Paper:
    violation = queries.get_violation(violation_id)
    title = _("Re-inspection of violation %(number)s", number=violation.number)
    return _paper(violation, "inspections", title, inspections_paper(violation))


def _paper(violation: Violation, sheet: str, title: str, content: bytes) -> Paper:
    return Paper(
        slot=SLOTS[sheet],
        title=title,
        number=violation.number,
        day=business_day_of(violation.filed_at or utc_now()),
        estate_id=violation.estate_id,
        customer_ids=kept_ids([violation.customer_id]) if violation.customer_id else set(),
        content=content,
    )
