"""The lists, the ledger of any day, a dossier with everything in it, and its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.archive.dossiers import history, listings, queries, reports, retention
from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.forms import DayForm, LedgerForm
from crm.archive.dossiers.models import (
    Attachment,
    AttachmentRelease,
    Correction,
    Dossier,
    Item,
    Removal,
    Rendition,
    SupplementFiling,
)
from crm.archive.dossiers.models.dossier import (
    STAGE_TITLES,
    STATE_TITLES,
    DossierState,
)
from crm.archive.dossiers.models.records import ASK_TITLES
from crm.archive.dossiers.models.template import FORM_TITLES, KIND_TITLES
from crm.archive.dossiers.parts import head_of
from crm.archive.dossiers.service import Used
from crm.archive.dossiers.service.custody import CAUSE_TITLES
from crm.archive.dossiers.service.records import field_title, value_title
from crm.archive.dossiers.views.pages import APPROVE, FILE, KEEP, OVERSEE, READ, blueprint, sent
from crm.archive.dossiers.views.using import purpose_first
from crm.auth.permissions import requires
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.lists import listing

TABS = ("contents", "attachments", "custody", "records", "notes")


@blueprint.get("/dossiers")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.dossiers())


@blueprint.get("/ledger")
@requires(READ)
def ledger() -> ResponseReturnValue:
    """档案台帐 of a day, today unless the address names another."""
    form = DayForm(request.args)
    valid = form.validate()
    day = (form.day.data if valid else None) or business_day()
    if not form.day.raw_data or not form.day.raw_data[0]:
        form.day.data = day
    printed = LedgerForm(data={"day": day, "year": day.year}) if g.actor.may(OVERSEE) else None
    return listing.answer(listings.ledger(day), "dossiers/ledger.html", form=form, printed=printed)


@blueprint.get("/dossiers/<int:dossier_id>")
@requires(READ)
def show(dossier_id: int) -> ResponseReturnValue:
    loaded = joinedload(Dossier.template), selectinload(Dossier.volumes)
    dossier = queries.get_standing_or_gone(dossier_id, *loaded)
    if dossier.state is DossierState.destroyed:
        return _gone(dossier)
    tab = request.args.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    custody = reports.custody_of(dossier)
    return render_template(
        "dossiers/show.html",
        dossier=dossier,
        file=reports.dossier_file(dossier),
        number=number_of(dossier),
        tab=tab,
        estate=queries.find_estate(dossier.estate_id) if dossier.estate_id else None,
        custody=custody,
        events=history.happenings(dossier.id),
        head=head_of(dossier),
        may_file=g.actor.may(FILE) and not dossier.sealed,
        may_keep=g.actor.may(KEEP),
        may_move=g.actor.may(KEEP) and not (dossier.state == "forming" and not custody[0].at_place),
        may_approve=g.actor.may(APPROVE),
        **_words(dossier),
        **PARTS.get(tab, _nothing)(dossier),
    )


def _gone(dossier: Dossier) -> ResponseReturnValue:
    """What stays of it: its tombstone, who had it, what happened."""
    page = render_template(
        "dossiers/gone.html",
        dossier=dossier,
        number=number_of(dossier),
        kind=KIND_TITLES[dossier.kind],
        state=STATE_TITLES[dossier.state],
        tone=listings.TONES[dossier.state],
        head=head_of(dossier),
        custody=reports.custody_of(dossier),
        causes=CAUSE_TITLES,
        subject_url=subject_url(dossier),
        events=history.happenings(dossier.id),
    )
    return page, 410


def _words(dossier: Dossier) -> dict[str, Any]:
    return {
        "kind": KIND_TITLES[dossier.kind],
        "state": STATE_TITLES[dossier.state],
        "tone": listings.TONES[dossier.state],
        "retention": retention.in_words(retention.period_of(dossier)),
        "stages": STAGE_TITLES,
        "forms": FORM_TITLES,
        "field_title": field_title,
        "value_title": value_title,
        "causes": CAUSE_TITLES,
        "asks": ASK_TITLES,
        "ask_tones": listings.ASK_TONES,
        "subject_url": subject_url(dossier),
        "titles_url": subject_url(dossier, TITLE_PAGES),
        "supplement_url": subject_url(dossier, SUPPLEMENT_PAGES) if dossier.state is DossierState.filed else "",
    }


SUBJECT_PAGES: dict[str, tuple[str, str]] = {}
"""Where a dossier's matter is shown: its kind -> endpoint and argument; `crm.wiring` fills it."""


TITLE_PAGES: dict[str, tuple[str, str]] = {}
"""Kind of subject -> the page of its title documents, filled in `crm.wiring`."""

SUPPLEMENT_PAGES: dict[str, tuple[str, str]] = {}
"""Where a supplement to its filed dossier is registered, likewise."""


def subject_url(dossier: Dossier, pages: Mapping[str, tuple[str, str]] = SUBJECT_PAGES) -> str:
    page = pages.get(dossier.subject_kind)
    argument: dict[str, Any] = {page[1]: dossier.subject_id} if page else {}
    return url_for(page[0], **argument) if page else ""


def _nothing(_dossier: Dossier) -> dict[str, Any]:
    return {}


def _attachments(dossier: Dossier) -> dict[str, Any]:
    return {"attachments": queries.attachments_of(dossier.id)}


def _custody(dossier: Dossier) -> dict[str, Any]:
    form = DayForm(request.args)
    day = form.day.data if form.validate() else None
    return {"day_form": form, "answer": reports.answer_on(dossier, day) if day else None, "day": day}


def _records(dossier: Dossier) -> dict[str, Any]:
    asked: Any = joinedload(Correction.asked_by), joinedload(Correction.decided_by)
    corrections = select(Correction).filter_by(dossier_id=dossier.id).order_by(Correction.id.desc())
    removals = select(Removal).filter_by(dossier_id=dossier.id).order_by(Removal.id.desc())
    left = removals.options(joinedload(Removal.asked_by), joinedload(Removal.decided_by))
    supplements = select(SupplementFiling, Item).join(Item, Item.id == SupplementFiling.item_id)
    brought = supplements.where(SupplementFiling.dossier_id == dossier.id).order_by(SupplementFiling.id.desc())
    return {
        "corrections": session().scalars(corrections.options(*asked)).all(),
        "removals": session().scalars(left).all(),
        "supplements": session().execute(brought.options(joinedload(SupplementFiling.archivist))).all(),
        "codes": {item.id: item.code for item in queries.items_of(dossier.id)},
    }


def _notes(dossier: Dossier) -> dict[str, Any]:
    entries = history.noted(dossier.id)
    told = [
        (entry.at, history.title_of(entry.kind), history.told_by(entry.kind, entry.data), entry.actor)
        for entry in entries
    ]
    return {"notes": told}


PARTS = {"attachments": _attachments, "custody": _custody, "records": _records, "notes": _notes}


@blueprint.route("/dossiers/<int:dossier_id>/files/<int:rendition_id>", methods=["GET", "POST"])
@requires(READ)
def fetch(dossier_id: int, rendition_id: int) -> ResponseReturnValue:
    """A document's file, as what it is, once it is said what for; that answer comes by POST."""
    dossier = queries.get_dossier(dossier_id)
    found = select(Upload, Item).join(Rendition, Rendition.upload_id == Upload.id)
    wanted = found.join(Item, Item.id == Rendition.item_id).where(
        Rendition.id == rendition_id, Item.dossier_id == dossier.id
    )
    upload, item = session().execute(wanted.options(joinedload(Upload.stored))).one_or_none() or abort(404)
    used = Used(item_id=item.id, rendition_id=rendition_id, code=item.code or "", title=item.title)
    return purpose_first(dossier, used) or sent(upload)


@blueprint.get("/dossiers/<int:dossier_id>/attachments/<int:attachment_id>/receipt")
@requires(READ)
def receipt(dossier_id: int, attachment_id: int) -> ResponseReturnValue:
    """The client's receipt for an attachment that was given back."""
    found = get_attachment(queries.get_dossier(dossier_id), attachment_id)
    kept = select(Upload).join(AttachmentRelease, AttachmentRelease.upload_id == Upload.id)
    wanted = kept.where(AttachmentRelease.attachment_id == found.id).options(joinedload(Upload.stored))
    return sent(session().scalars(wanted).one_or_none())


def get_attachment(dossier: Dossier, attachment_id: int) -> Attachment:
    return session().scalars(
        select(Attachment).filter_by(id=attachment_id, dossier_id=dossier.id)
    ).one_or_none() or abort(404)
