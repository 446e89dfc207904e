"""Engineering files: what they show on others' pages, and how their papers come into the dossiers."""

from __future__ import annotations

from crm.engineering import history as engineering_history
from crm.engineering.drawings import papers as drawing_papers
from crm.engineering.filed import DRAWING, SHEET
from crm.engineering.points import papers as point_papers
from crm.engineering.unit_files import present
from crm.properties.parts import unit_parts
from crm.tenants import closing, history, tabs, unfiled


def connect_engineering() -> None:
    unit_parts.append(present.UNIT)
    tabs.further.append(present.TAB)
    history.further_titles.update(engineering_history.EVENT_TITLES)
    history.further_details.update(engineering_history.EVENT_DETAILS)
    unfiled.counts.append(present.unfiled)
    closing.closed[DRAWING] = closing.Closed(drawing_papers.to_file)
    closing.closed[SHEET] = closing.Closed(point_papers.to_file)
