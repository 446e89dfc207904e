"""Fetching an upload: as what it is, never as something a browser would run."""

from __future__ import annotations

from flask import Blueprint, abort, g
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.files import store
from crm.web.download import attachment

blueprint = Blueprint("files", __name__, url_prefix="/files")
SHOWN = ("application/pdf", "image/png", "image/jpeg")
# Imports belong to whoever may import; proofs to whoever may read the customer's file.
NEEDED = {"import": Permission.import_run, "supplement": Permission.customer_read}


@blueprint.get("/<int:upload_id>")
@requires(Permission.signed_in)
def fetch(upload_id: int) -> ResponseReturnValue:
    upload = store.find_upload(upload_id)
    if upload is None or not g.actor.sees(upload.estate_id) or not g.actor.may(NEEDED[upload.purpose]):
        abort(404)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
