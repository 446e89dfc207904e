"""Fetching an upload: as what it is, never as something a browser would run."""

from __future__ import annotations

from flask import Blueprint, abort, g
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.files import store
from crm.web.download import attachment

blueprint = Blueprint("files", __name__, url_prefix="/files")
SHOWN = ("application/pdf", "image/png", "image/jpeg")


@blueprint.get("/<int:upload_id>")
@requires(Permission.customer_read)
def fetch(upload_id: int) -> ResponseReturnValue:
    """A proof in a customer's file; an import's file is fetched from its import."""
    upload = store.find_upload(upload_id)
    if upload is None or upload.purpose != "supplement" or not g.actor.sees(upload.estate_id):
        abort(404)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
