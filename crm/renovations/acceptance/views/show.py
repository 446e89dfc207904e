"""Pictures, drawings and papers of a renovation's checks."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.files import store
from crm.files.models import Upload
from crm.renovations.acceptance import papers, queries
from crm.renovations.acceptance.views.pages import READ, blueprint
from crm.renovations.cases.queries import get_renovation
from crm.web.download import attachment

PDF = "application/pdf"


@blueprint.get("/photos/<int:renovation_check_photo_id>")
@requires(READ)
def photo(renovation_check_photo_id: int) -> ResponseReturnValue:
    return _file(queries.get_photo(renovation_check_photo_id))


@blueprint.get("/drawings/<int:renovation_as_built_id>")
@requires(READ)
def drawing(renovation_as_built_id: int) -> ResponseReturnValue:
    return _file(queries.get_drawing(renovation_as_built_id).upload)


def _file(upload: Upload) -> ResponseReturnValue:
    return attachment(store.read(upload), upload.name, upload.stored.media_type, inline=True)


@blueprint.get("/<int:renovation_id>/acceptance.pdf")
@requires(READ)
def acceptance_sheet(renovation_id: int) -> ResponseReturnValue:
    """D06; before the first check an empty one, to be filled in by hand on the way."""
    renovation = get_renovation(renovation_id)
    return attachment(papers.acceptance_paper(renovation), f"D06 {renovation.number}.pdf", PDF, inline=True)


@blueprint.get("/fixes/<int:renovation_check_id>.pdf")
@requires(READ)
def fix_list(renovation_check_id: int) -> ResponseReturnValue:
    """整改清单, for the customer."""
    made = queries.get_check(renovation_check_id)
    renovation = get_renovation(made.renovation_id)
    return attachment(papers.fix_paper(renovation, made), f"{renovation.number}.pdf", PDF, inline=True)
