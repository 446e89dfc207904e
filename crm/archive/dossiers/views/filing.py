"""Filing by hand: a document into a customer's dossier, files, attachments."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers import queries, service
from crm.archive.dossiers.forms import (
    AbsenceForm,
    AttachmentForm,
    FileForm,
    FilingForm,
    ReleaseForm,
)
from crm.archive.dossiers.models import Dossier, Item, Rendition, TemplateSection, TemplateSlot
from crm.archive.dossiers.models.template import Form
from crm.archive.dossiers.service import DocumentFacts
from crm.archive.dossiers.service.opening import template_in_force
from crm.archive.dossiers.views.pages import (
    FILE,
    KEEP,
    address_of,
    back_to,
    blueprint,
    kept,
    nobody,
    part_form,
    slot_choices,
)
from crm.archive.dossiers.views.show import get_attachment
from crm.auth.permissions import requires
from crm.db import session
from crm.errors import DomainError
from crm.files.models import StoredFile, Upload
from crm.web.forms import attempt, choices


@blueprint.route("/dossiers/<int:dossier_id>/file", methods=["GET", "POST"])
@requires(FILE)
def file(dossier_id: int) -> ResponseReturnValue:
    """A document into a customer's dossier, by the checklist in force."""
    dossier, form = queries.get_dossier(dossier_id), FilingForm(data={"slot": request.args.get("slot")})
    template = queries.find_in_force(dossier.kind)
    sections = queries.sections_of(template.id if template else dossier.template_id)
    form.slot.choices = choices(slot_choices(sections, "code"), empty=nobody())
    if form.validate_on_submit() and (made := attempt(form, _file, dossier, form)):
        _tell(made)
        return back_to(dossier)
    return part_form(form, dossier, _("File a document"), template="dossiers/file.html")


def _file(dossier: Dossier, form: Any) -> Item:
    slot = queries.find_slot(template_in_force(dossier.kind).id, form.slot.data)
    if slot is None:
        raise DomainError(_("Choose what document it is."))
    upload = kept(form.file.data, dossier)
    facts = DocumentFacts(
        title=form.title.data or slot.title,
        responsible=form.responsible.data or "",
        date=form.doc_date.data,
        pages=form.pages.data,
        sheets=form.sheets.data,
        upload_id=upload.id if upload else None,
        doc_no=form.doc_no.data or "",
        form=Form(form.form.data),
        note=form.note.data or "",
        valid_until=form.valid_until.data,
    )
    return service.file_into(dossier, slot.section_id, slot, facts)


def _tell(item: Item) -> None:
    """What it became; and where the file has other pages than were counted."""
    flash(_("Filed as %(code)s, pages %(first)d to %(last)d.", code=item.code, first=item.page_from, last=item.page_to))
    measured = (
        session()
        .scalars(
            select(StoredFile.pages)
            .join(Upload, Upload.sha256 == StoredFile.sha256)
            .join(Rendition, Rendition.upload_id == Upload.id)
            .where(Rendition.item_id == item.id)
        )
        .first()
    )
    if measured is not None and measured != item.pages:
        text = _(
            "The file has %(measured)d pages, counted were %(pages)d. If the count is wrong, note it as a correction.",
            measured=measured,
            pages=item.pages,
        )
        flash(text, "warning")


@blueprint.route("/dossiers/<int:dossier_id>/items/<int:item_id>/files/new", methods=["GET", "POST"])
@requires(KEEP)
def add_file(dossier_id: int, item_id: int) -> ResponseReturnValue:
    """Another file of the document; a wrong one is superseded, its bytes stay."""
    dossier = queries.get_dossier(dossier_id)
    item, form = queries.get_item(dossier, item_id), FileForm()
    standing = queries.files_of(item.id)
    form.replaces.choices = choices({0: _("None: it is another file"), **{row.id: row.name for row in standing}})
    if form.validate_on_submit() and attempt(form, _add_file, dossier, item, form):
        return back_to(dossier)
    intro = " ".join(filter(None, (item.code, item.title)))
    return part_form(form, dossier, _("Attach a file"), intro=intro)


def _add_file(dossier: Dossier, item: Item, form: Any) -> None:
    service.expect_past_handover(dossier)
    upload = kept(form.file.data, dossier)
    if upload is None:
        raise DomainError(_("Choose the file."))
    replaces = session().get(Rendition, form.replaces.data) if form.replaces.data else None
    service.attach_file(item, upload, replaces=replaces)


@blueprint.route("/dossiers/<int:dossier_id>/slots/<int:slot_id>/absence", methods=["GET", "POST"])
@requires(FILE)
def absence(dossier_id: int, slot_id: int) -> ResponseReturnValue:
    """The document does not apply here, and why; or with `?applies=1` it does again."""
    dossier, form = queries.get_dossier(dossier_id), AbsenceForm()
    found = select(TemplateSlot).join(TemplateSection, TemplateSection.id == TemplateSlot.section_id)
    slot = session().scalars(found.where(TemplateSlot.id == slot_id)).one_or_none() or abort(404)
    absent = request.args.get("applies") != "1"
    if form.validate_on_submit() and attempt(form, _state_absence, dossier, slot, form.reason.data, absent=absent):
        return back_to(dossier)
    title = _("Does not apply") if absent else _("Applies again")
    return part_form(form, dossier, title, intro=slot.title)


def _state_absence(dossier: Dossier, slot: TemplateSlot, reason: str, *, absent: bool) -> None:
    service.expect_past_handover(dossier)
    service.state_absence(dossier, slot, reason, absent=absent)


@blueprint.route("/dossiers/<int:dossier_id>/attachments/new", methods=["GET", "POST"])
@requires(KEEP)
def add_attachment(dossier_id: int) -> ResponseReturnValue:
    dossier, form = queries.get_dossier(dossier_id), AttachmentForm()
    if form.validate_on_submit() and attempt(form, _add_attachment, dossier, form):
        return back_to(dossier, "attachments")
    return part_form(form, dossier, _("Add an attachment"), "attachments")


def _add_attachment(dossier: Dossier, form: Any) -> None:
    service.expect_past_handover(dossier)
    given = {"copies": form.copies.data, "note": form.note.data or ""}
    service.add_attachment(dossier, form.title.data, form.owner.data, **given)


@blueprint.route("/dossiers/<int:dossier_id>/attachments/<int:attachment_id>/release", methods=["GET", "POST"])
@requires(KEEP)
def release(dossier_id: int, attachment_id: int) -> ResponseReturnValue:
    """Back to the client, against a receipt."""
    dossier, form = queries.get_dossier(dossier_id), ReleaseForm()
    found = get_attachment(dossier, attachment_id)
    if form.validate_on_submit():
        upload = kept(form.file.data, dossier)
        given = (found, form.released_to.data, form.receipt.data)
        if attempt(form, service.release_attachment, *given, upload=upload):
            return redirect(address_of(dossier.id, "attachments"))
    return part_form(form, dossier, _("Give back"), "attachments", intro=found.title)


@blueprint.post("/dossiers/<int:dossier_id>/volumes/<int:volume_id>/close")
@requires(KEEP)
def close_volume(dossier_id: int, volume_id: int) -> ResponseReturnValue:
    """A living dossier's year, closed by hand before the next one opens by itself."""
    dossier = queries.get_dossier(dossier_id)
    service.close_volume(queries.get_volume(dossier, volume_id))
    flash(_("The volume is closed."))
    return redirect(url_for(".show", dossier_id=dossier.id, tab="attachments"))
