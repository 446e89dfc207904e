"""The list of violations, a violation's own page, its pictures and papers."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening
from crm.auth.permissions import Permission, requires
from crm.correspondence.letters.models import STATE_TITLES as LETTER_TITLES
from crm.correspondence.letters.models import STATE_TONES as LETTER_TONES
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES
from crm.dates import business_day
from crm.errors import NotEntitled
from crm.files import store
from crm.files.models import Upload
from crm.lists import listing
from crm.properties.parts import sections_of
from crm.tenants.queries import get_customer
from crm.violations.cases import listings, papers, photos, queries
from crm.violations.cases.forms import PhotoForm
from crm.violations.cases.history import reason_in_words
from crm.violations.cases.models import (
    PHOTO_TITLES,
    SETTLEMENT_TITLES,
    STATE_TITLES,
    STATE_TONES,
    WORKFLOW,
    Violation,
    ViolationPhotoStage,
    ViolationState,
    ViolationStep,
)
from crm.violations.cases.origins import origin_of
from crm.violations.cases.parts import violation_parts
from crm.violations.cases.present import shown
from crm.violations.cases.service import STEPS
from crm.violations.cases.views.pages import HANDLE, READ, address, blueprint
from crm.violations.cases.wording import left_in_words, tone_of
from crm.web.download import attachment
from crm.web.forms import attempt

TITLES = {
    "state": STATE_TITLES,
    "tone": STATE_TONES,
    "settlement": SETTLEMENT_TITLES,
    "stage": PHOTO_TITLES,
    "letter": LETTER_TITLES,
    "letter_tone": LETTER_TONES,
    "channel": CHANNEL_TITLES,
    "arrival": ARRIVAL_TITLES,
}
FOLLOWED = {"arrived": _l("The notice arrived"), "unserved": _l("The notice did not arrive after all")}
MAIN = "serve passed settle file".split()  # the first stands out; a notice that is under way is not made again


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    new = url_for("violation_intake.new") if g.actor.may(Permission.violation_log) else None
    return listing.answer(listings.violations(business_day()), new_url=new, new_text=_("Note a violation"))


@blueprint.get("/<int:violation_id>")
@requires(READ)
def show(violation_id: int) -> ResponseReturnValue:
    return _page(queries.get_violation(violation_id), PhotoForm(key=token_hex(12)))


def _page(violation: Violation, form: PhotoForm) -> ResponseReturnValue:
    today, offered = business_day(), STEPS.offered(violation)
    page = render_template(
        "violations/show.html",
        violation=violation,
        titles=TITLES,
        customer=get_customer(violation.customer_id) if violation.customer_id else None,
        origin=origin_of(violation.about_kind, violation.about_id),
        left=left_in_words(violation, today),
        tone=tone_of(violation, today),
        actions=[(name, WORKFLOW[name].title) for name in offered],
        main=_main(violation, offered),
        **_papers_of(violation),
        inspections=queries.inspections_of(violation.id),
        previous=shown(queries.previous_of(violation.unit_id, violation.customer_id, violation.id)),
        photos=queries.photos_of(violation.id),
        may_photograph=not photos.hindrance(violation),
        sections=sections_of(violation_parts, violation),
        events=_told(STEPS.of(violation.id)),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _main(violation: Violation, offered: Sequence[str]) -> str:
    made = violation.state is not ViolationState.noted and not queries.notice_is_void(violation)
    return next((name for name in MAIN if name in offered and not (made and name == "serve")), "")


def _papers_of(violation: Violation) -> dict[str, Any]:
    letters = queries.letters_of(violation.id)
    return {"letters": letters, "deliveries": queries.deliveries_of([letter.id for letter in letters])}


def _told(steps: Any) -> list[Happening]:
    """The steps in words, the newest first."""
    return [Happening(at=step.taken_at, who=step.taken_by, title=_title(step), text=_words(step)) for step in steps][
        ::-1
    ]


def _title(step: ViolationStep) -> str:
    return str(WORKFLOW[step.action].title if step.action in WORKFLOW else FOLLOWED.get(step.action, _("Noted")))


def _words(step: ViolationStep) -> str:
    return " · ".join(filter(None, (reason_in_words(step.action, step.reason), step.note)))


@blueprint.post("/<int:violation_id>/photos")
@requires(READ)
def add_photos(violation_id: int) -> ResponseReturnValue:
    violation, form = queries.get_violation(violation_id), PhotoForm()
    if reason := photos.hindrance(violation):
        raise NotEntitled(reason)
    if not form.validate():
        return _page(violation, form)
    stage, key = ViolationPhotoStage(form.stage.data), form.key.data or None
    made = attempt(form, photos.keep_photos, violation, photos.chosen(form.photos), stage, key)
    if form.form_errors:
        return _page(violation, form)
    flash(_("The photo is kept.") if made else _("Choose a photo first."), "success")
    return redirect(address(violation))


@blueprint.get("/photos/<int:violation_photo_id>")
@requires(READ)
def photo(violation_photo_id: int) -> ResponseReturnValue:
    return _file(queries.get_photo(violation_photo_id).upload)


def _file(upload: Upload) -> ResponseReturnValue:
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.get("/<int:violation_id>/inspections.pdf")
@requires(HANDLE)
def inspections_sheet(violation_id: int) -> ResponseReturnValue:
    """Also before the first time: to be filled in by hand on the way."""
    violation = queries.get_violation(violation_id)
    content = papers.inspections_paper(violation)
    return attachment(content, f"{violation.number}-2.pdf", "application/pdf", inline=True)
