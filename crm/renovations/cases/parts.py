"""What the packages beside and above this one show of a renovation on its page, and where their steps are taken.

`crm.wiring` fills both: passes and patrols, the checks, the settlement. A part draws its own rows and buttons; a step
of the table that has no page here is offered where `step_pages` names one: action -> endpoint, asked for with
`renovation_id`.
"""

from __future__ import annotations

from flask import current_app, url_for

from crm.properties.parts import Part
from crm.renovations.cases.models import Renovation

renovation_parts: list[Part] = []
step_pages: dict[str, str] = {}
form_pages: dict[str, str] = {}
"""Code of a form we print (D01…) -> endpoint of the sheet, filled in with what is known."""


def step_address(renovation: Renovation, action: str) -> str:
    """The page of a step, "" for one that has none."""
    endpoint = step_pages.get(action, f"renovations.{action}")
    return url_for(endpoint, renovation_id=renovation.id) if endpoint in current_app.view_functions else ""
