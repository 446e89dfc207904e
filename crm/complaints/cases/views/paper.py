"""The sheet of a complaint, to be printed."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.complaints.cases import papers
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.views.pages import blueprint
from crm.web.download import attachment


@blueprint.get("/<int:complaint_id>/sheet.pdf")
@requires(Permission.complaint_read)
def sheet(complaint_id: int) -> ResponseReturnValue:
    case = get_case(complaint_id)
    return attachment(papers.pressed(case), f"{case.number}.pdf", "application/pdf", inline=True)
