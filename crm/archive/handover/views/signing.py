"""Signing the list, and taking a signature back."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.handover.forms import ReasonForm, SignForm
from crm.archive.handover.models import Party
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.standing import get_signature, get_upload, versions_of
from crm.archive.handover.reports import places
from crm.archive.handover.service import lists
from crm.archive.handover.service.lists import Signing
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import READ, back, blueprint, kept, load, part_page
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.files import store
from crm.files.models import Upload
from crm.web.download import attachment
from crm.web.forms import attempt

SIGNATURES = "signature"  # the purpose of an upload that is or shows a signature


@blueprint.route("/<int:handover_id>/sign-a", methods=["GET", "POST"])
@requires(PATH["sign_a"].permission)
@confirmed_for_this
def sign_a(handover_id: int) -> ResponseReturnValue:
    return _sign(handover_id, Party.a)


@blueprint.route("/<int:handover_id>/sign-b", methods=["GET", "POST"])
@requires(PATH["sign_b"].permission)
@confirmed_for_this
def sign_b(handover_id: int) -> ResponseReturnValue:
    return _sign(handover_id, Party.b)


def _sign(handover_id: int, party: Party) -> ResponseReturnValue:
    standing = load(handover_id)
    PATH.expect(standing, f"sign_{party.value}")
    form = SignForm()
    show_version(form, standing)
    if form.validate_on_submit() and attempt(form, _signed, standing, party, form):
        return back(standing, _("Signed: version %(version)s.", version=standing.issued))
    return sign_page(form, standing, str(PATH[f"sign_{party.value}"].title))


def show_version(form: SignForm, standing: Standing) -> None:
    """The form signs the version that its page shows."""
    if not form.is_submitted() and standing.version:
        form.seen.data = standing.version.hash


def sign_page(form: SignForm, standing: Standing, title: str) -> ResponseReturnValue:
    signed = places(standing, standing.version) if standing.version else []
    return part_page(form, standing, title, "handover/sign.html", places=signed)


def _signed(standing: Standing, party: Party, form: SignForm) -> None:
    lists.sign_as(standing, party, signing(form))


def signing(form: SignForm) -> Signing:
    """The drawn strokes go before a picture of them; a scan in ink stands beside either."""
    return Signing(
        seen=form.seen.data or "",
        address=request.remote_addr or "",
        drawing=_drawn(form) or kept("picture", SIGNATURES),
        scan=kept("scan", SIGNATURES),
    )


def _drawn(form: SignForm) -> Upload | None:
    content = form.drawing.drawn
    return store.keep(content, "signature.png", purpose=SIGNATURES, estate_id=None) if content else None


@blueprint.route("/<int:handover_id>/signatures/<int:signature_id>/take-back", methods=["GET", "POST"])
@requires(READ)
def take_back(handover_id: int, signature_id: int) -> ResponseReturnValue:
    standing = load(handover_id)
    signature = get_signature(standing.handover, signature_id)
    version = next(each for each in versions_of(standing.handover.id) if each.id == signature.version_id)
    form = ReasonForm()
    if form.validate_on_submit() and attempt(
        form, lists.take_back_own, standing, version, signature, form.reason.data or ""
    ):
        return back(standing, _("The signature was taken back; it is kept with the reason."))
    return part_page(form, standing, _("Take the signature back"))


@blueprint.get("/<int:handover_id>/signatures/<int:signature_id>/<what>")
@requires(READ)
def signature_picture(handover_id: int, signature_id: int, what: str) -> ResponseReturnValue:
    """`what` is drawing or scan."""
    signature = get_signature(load(handover_id).handover, signature_id)
    upload_id = {"drawing": signature.drawing_id, "scan": signature.scan_id}.get(what) or abort(404)
    upload = get_upload(upload_id)
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)
