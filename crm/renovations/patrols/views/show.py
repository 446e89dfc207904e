"""The log of patrols, one patrol with its photos, and the log of one renovation as a paper."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from crm.auth.actor import actor
from crm.auth.permissions import Permission, requires
from crm.files import store
from crm.lists import listing
from crm.renovations.cases.queries import get_renovation
from crm.renovations.patrols import listings, papers, queries
from crm.renovations.patrols.present import shown
from crm.renovations.patrols.views.pages import READ, blueprint
from crm.web.download import attachment


@blueprint.get("/")
@requires(READ)
def index() -> ResponseReturnValue:
    return listing.answer(listings.patrols())


@blueprint.get("/<int:renovation_patrol_id>")
@requires(READ)
def show(renovation_patrol_id: int) -> ResponseReturnValue:
    found = queries.get_patrol(renovation_patrol_id)
    about = f"{queries.PATROL}-{found.id}"
    may_note = actor().may(Permission.violation_log)
    [seen] = shown([found])
    return render_template(
        "renovations/patrolled.html",
        seen=seen,
        renovation=found.renovation,
        note_url=url_for("violation_intake.new", about=about) if may_note else "",
    )


@blueprint.get("/photos/<int:renovation_patrol_photo_id>")
@requires(READ)
def photo(renovation_patrol_photo_id: int) -> ResponseReturnValue:
    upload = queries.get_photo(renovation_patrol_photo_id).upload
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.get("/of/<int:renovation_id>/log.pdf")
@requires(READ)
def log(renovation_id: int) -> ResponseReturnValue:
    renovation = get_renovation(renovation_id)
    content = papers.log_paper(renovation)
    return attachment(content, f"{renovation.number}-D07.pdf", "application/pdf", inline=True)
