"""Move-outs and sales: what they show on others' pages, what is filed when they are closed."""

from __future__ import annotations

from crm.moves.leaving import history as leaving_history
from crm.moves.leaving import papers, present
from crm.moves.leaving.queries import BUYERS_KIND, KIND
from crm.moves.leaving.service.closing import followed
from crm.properties.parts import unit_parts
from crm.tenants import closing, history, moving_out, tabs, unfiled


def connect_leaving() -> None:
    """After the review: what is under way stands above the tabs, below its scores."""
    unit_parts.append(present.UNIT)
    tabs.head.append(present.HEAD)
    moving_out.instead[:] = [present.instead]
    history.further_titles.update(leaving_history.EVENT_TITLES)
    history.further_details.update(leaving_history.EVENT_DETAILS)
    history.needed.update(leaving_history.NEEDED)
    unfiled.counts.append(present.unfiled)
    closing.closed[KIND] = closing.Closed(papers.to_file, followed)
    closing.closed[BUYERS_KIND] = closing.Closed(papers.buyers_to_file)
