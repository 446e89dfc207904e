"""The page of setting up."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.desk.start.reports import progress

blueprint = Blueprint("start", __name__, url_prefix="/start")


@blueprint.get("/")
@requires(Permission.user_read)
def index() -> ResponseReturnValue:
    return render_template("desk/start/index.html", progress=progress())
