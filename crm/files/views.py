"""Fetching an upload: as what it is, never as something a browser would run."""

from __future__ import annotations

from flask import Blueprint, abort, g
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.files import store
from crm.files.showing import shown

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.get("/<int:upload_id>")
@requires(Permission.customer_read)
def fetch(upload_id: int) -> ResponseReturnValue:
    """A proof in a customer's file; an import's file is fetched from its import."""
    upload = store.find_upload(upload_id)
    if upload is None or upload.purpose != "supplement" or not g.actor.sees(upload.estate_id):
        abort(404)
    return shown(upload)
