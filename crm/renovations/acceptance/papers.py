"""D06 验收单 with every check and its signatures, the list of what is to be put right, and what is filed of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from crm.files import store
from crm.files.models import Upload
from crm.files.pictures import in_pages
from crm.renovations.acceptance import queries
from crm.renovations.acceptance.models import (
    STAGE_TITLES,
    VERDICT_TITLES,
    RenovationCheck,
    RenovationCheckLine,
    Stage,
    Verdict,
)
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.papers import document, filed
from crm.renovations.cases.queries import get_renovation
from crm.tenants.closing import Paper
from crm.web.drawing import JPEG, PNG, inline, small

PICTURES = 3  # of one line
WIDEST = (640, 640)  # pixels of one
ACCEPTANCE_SLOT, AS_BUILT_SLOT = "renovation_acceptance", "renovation_as_built"


def acceptance_paper(renovation: Renovation) -> bytes:
    """Also before the first check: then its lines are empty."""
    checks = queries.checks_of(renovation.id)
    return document(
        "acceptance.html",
        renovation,
        completion=queries.completion_of(renovation.id),
        checks=[_shown(each) for each in checks],
        empty=[] if checks else queries.to_look_at(renovation, Stage.first),
    )


def fix_paper(renovation: Renovation, made: RenovationCheck) -> bytes:
    return document("fixes.html", renovation, check=_shown(made, only=Verdict.fix))


def _shown(made: RenovationCheck, only: Verdict | None = None) -> dict[str, Any]:
    return {
        "made": made,
        "stage": STAGE_TITLES[made.stage],
        "lines": [_line(line) for line in made.lines if only in (None, line.verdict)],
        "own": drawn(made.signature),
        "customer": drawn(made.customer_signature) if made.customer_signature else "",
    }


def drawn(upload: Upload) -> str:
    """A signature as an address that holds it; its file is loaded."""
    return inline(store.read(upload), PNG if upload.stored.media_type == "image/png" else JPEG)


def _line(line: RenovationCheckLine) -> dict[str, Any]:
    pictures: Sequence[str] = [small(store.read(photo.upload), WIDEST) for photo in line.photos[:PICTURES]]
    return {"row": line, "verdict": VERDICT_TITLES[line.verdict], "pictures": pictures}


def acceptance_to_file(renovation_id: int) -> Paper:
    renovation = get_renovation(renovation_id)
    title = _("Acceptance of renovation %(number)s", number=renovation.number)
    return filed(renovation, ACCEPTANCE_SLOT, title, acceptance_paper(renovation))


def drawing_to_file(renovation_as_built_id: int) -> Paper:
    """As it was brought."""
    drawing = queries.get_drawing(renovation_as_built_id)
    renovation = get_renovation(drawing.renovation_id)
    content = in_pages(store.read(drawing.upload))
    told = {"number": renovation.number, "title": drawing.title}
    title = _("As-built drawing of renovation %(number)s: %(title)s", **told)
    return filed(renovation, AS_BUILT_SLOT, title, content)
