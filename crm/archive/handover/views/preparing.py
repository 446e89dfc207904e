"""A's part: documents, counts and scans, what does not apply, issuing the list, handing over to B."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.forms import AttachmentForm
from crm.archive.dossiers.models import Attachment, Item, TemplateSlot
from crm.archive.dossiers.queries import sections_of
from crm.archive.handover.forms import ItemForm, NeedlessForm, StepForm
from crm.archive.handover.path import PATH
from crm.archive.handover.queries import lists
from crm.archive.handover.queries.standing import absences, slots_of
from crm.archive.handover.service import lists as issuing
from crm.archive.handover.service import preparing
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import PREPARE, READ, back, blueprint, kept, load, part_page, step_page
from crm.auth.permissions import requires
from crm.files import store
from crm.web.download import attachment
from crm.web.forms import attempt, is_current

SCANS = "dossier"  # the purpose of an upload that belongs to a document
SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.route("/<int:handover_id>/documents/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_item(handover_id: int) -> ResponseReturnValue:
    """`slot` in the address names the document of the checklist."""
    standing = load(handover_id)
    PATH.expect(standing, "arrange")
    form = _item_form(standing, None)
    if form.validate_on_submit() and attempt(form, _add, standing, form):
        return back(standing, _("Entered: %(title)s.", title=form.title.data))
    return part_page(form, standing, _("Enter a document"), "handover/document.html")


def _add(standing: Standing, form: ItemForm) -> Item:
    return preparing.add_item(standing, form.facts, kept("scan", SCANS))


def _item_form(standing: Standing, item: Item | None) -> ItemForm:
    slots = {slot.id: slot for slot in slots_of(standing.handover.dossier)}
    form = ItemForm(obj=item)
    form.offer(sections_of(standing.handover.dossier.template_id))
    if form.is_submitted():
        return form
    slot = slots.get(request.args.get("slot", type=int) or 0)
    if item is not None:
        form.place.data = f"{item.section_id}:{item.slot_id or 0}"
    elif slot is not None:
        form.place.data, form.title.data = f"{slot.section_id}:{slot.id}", slot.title
    return form


@blueprint.route("/<int:handover_id>/documents/<int:document_id>", methods=["GET", "POST"])
@requires(PREPARE)
def edit_item(handover_id: int, document_id: int) -> ResponseReturnValue:
    standing, item = load(handover_id), None
    item = lists.get_item(standing.handover.dossier_id, document_id)
    PATH.expect(standing, "arrange")
    form = _item_form(standing, item)
    if form.validate_on_submit() and is_current(form, item) and attempt(form, _change, standing, item, form):
        return back(standing, _("Saved: %(title)s.", title=form.title.data))
    return part_page(form, standing, item.title, "handover/document.html", item=item)


def _change(standing: Standing, item: Item, form: ItemForm) -> None:
    preparing.change_item(standing, item, form.facts, kept("scan", SCANS))


@blueprint.route("/<int:handover_id>/documents/<int:document_id>/take-out", methods=["GET", "POST"])
@requires(PREPARE)
def take_out(handover_id: int, document_id: int) -> ResponseReturnValue:
    standing = load(handover_id)
    item = lists.get_item(standing.handover.dossier_id, document_id)
    return step_page(
        handover_id,
        "arrange",
        StepForm(),
        lambda standing: preparing.take_out(standing, item),
        question=_("Take “%(title)s” out of the dossier? Its scans go with it.", title=item.title),
    )


@blueprint.route("/<int:handover_id>/attachments/new", methods=["GET", "POST"])
@requires(PREPARE)
def new_attachment(handover_id: int) -> ResponseReturnValue:
    standing, form = load(handover_id), AttachmentForm()
    PATH.expect(standing, "arrange")
    if form.validate_on_submit() and attempt(form, _attach, standing, form):
        return back(standing, _("Entered: %(title)s.", title=form.title.data))
    return part_page(form, standing, _("Add an attachment"))


def _attach(standing: Standing, form: AttachmentForm) -> Attachment:
    title, owner, note = (field.data or "" for field in (form.title, form.owner, form.note))
    return preparing.add_attachment(standing, title, owner, copies=form.copies.data or 0, note=note)


@blueprint.route("/<int:handover_id>/checklist/<int:checklist_slot_id>", methods=["GET", "POST"])
@requires(PREPARE)
def needless(handover_id: int, checklist_slot_id: int) -> ResponseReturnValue:
    """A document of the checklist that does not apply, with the reason; marked so already, the mark is taken back."""
    standing = load(handover_id)
    slot = _slot(standing, checklist_slot_id)
    form = NeedlessForm()
    if not form.is_submitted():
        form.needless.data = "" if slot.code in absences(standing.handover.dossier_id) else "1"
    meant = bool(form.needless.data)
    question = (
        _("“%(title)s” does not apply to this project, because:", title=slot.title)
        if meant
        else _("“%(title)s” does apply to this project after all, because:", title=slot.title)
    )
    return step_page(
        handover_id,
        "arrange",
        form,
        lambda standing: preparing.mark_needless(standing, slot, form.reason.data or "", needless=meant),
        question=question,
    )


def _slot(standing: Standing, slot_id: int) -> TemplateSlot:
    return next((each for each in slots_of(standing.handover.dossier) if each.id == slot_id), None) or abort(404)


@blueprint.get("/<int:handover_id>/scans/<int:scan_id>")
@requires(READ)
def scan(handover_id: int, scan_id: int) -> ResponseReturnValue:
    standing = load(handover_id)
    upload = lists.get_scan(standing.handover.dossier_id, scan_id)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)


@blueprint.route("/<int:handover_id>/issue", methods=["GET", "POST"])
@requires(PATH["issue"].permission)
def issue(handover_id: int) -> ResponseReturnValue:
    return step_page(
        handover_id,
        "issue",
        StepForm(),
        issuing.issue,
        question=_("The list is frozen as its next version. What was signed before is kept and counts no longer."),
    )


@blueprint.route("/<int:handover_id>/hand-to-b", methods=["GET", "POST"])
@requires(PATH["hand_to_b"].permission)
def hand_to_b(handover_id: int) -> ResponseReturnValue:
    return step_page(
        handover_id,
        "hand_to_b",
        StepForm(),
        preparing.hand_to_b,
        question=_("Dossier and list are in B's hands now. B's days run from today."),
    )
