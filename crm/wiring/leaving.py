"""Move-outs and sales: what they show on others' pages, what is filed when they are closed."""

from __future__ import annotations

from collections.abc import Sequence

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.moves.leaving import history as leaving_history
from crm.moves.leaving import papers, present, warning
from crm.moves.leaving.queries import BUYERS_KIND, KIND
from crm.moves.leaving.service.closing import followed
from crm.properties.models import Unit
from crm.properties.parts import unit_parts
from crm.renovations.cases.models import ADDRESS as RENOVATION
from crm.renovations.cases.queries import open_in
from crm.tenants import closing, history, moving_out, tabs, unfiled
from crm.tenants.moving_out import Matter


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
    warning.further[:] = [_renovations]


def _renovations(unit: Unit) -> Sequence[Matter]:
    if not actor().may(Permission.renovation_read):
        return ()
    return [Matter(about=each.number, address=RENOVATION.format(each.id)) for each in open_in(unit.id)]
