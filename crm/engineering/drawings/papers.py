"""A version as it goes into section 12 of the dossiers: the file itself, pictures as pages of paper. Clause P-16."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.dates import business_day
from crm.db import session
from crm.engineering.drawings.models import DrawingKind, DrawingVersion
from crm.engineering.drawings.queries import get_version
from crm.engineering.filed import holders
from crm.files import store
from crm.files.pictures import as_pdf
from crm.tenants.closing import Paper

SLOTS = {
    DrawingKind.as_built: "as_built",
    DrawingKind.services: "service_points",
    DrawingKind.fire: "service_points",
    DrawingKind.renovation: "renovation_as_built",
    DrawingKind.other: "as_built",
}
A4 = 8.27  # inches wide


def to_file(drawing_version_id: int) -> Paper:
    version = get_version(drawing_version_id)
    drawing = version.drawing
    told = {"title": drawing.title, "number": drawing.number, "rev": version.rev}
    return Paper(
        slot=SLOTS[drawing.kind],
        title=_("%(title)s (%(number)s, version %(rev)s)", **told),
        number=f"{drawing.number} {version.rev}",
        day=version.dated_on,
        estate_id=drawing.estate_id,
        customer_ids=set(session().scalars(holders(drawing.unit_id or 0, business_day()))),
        content=_content(version),
    )


def _content(version: DrawingVersion) -> bytes:
    content = store.read(version.upload)
    return as_pdf(content, A4) if version.upload.stored.media_type.startswith("image/") else content
