"""Moving in and keys: what they show on others' pages, what is filed when a move-in is signed."""

from __future__ import annotations

from crm.moves.keys import history as key_history
from crm.moves.keys import papers as key_papers
from crm.moves.keys import present as keys_present
from crm.moves.moving_in import history as move_in_history
from crm.moves.moving_in import papers, present, service
from crm.moves.moving_in.queries import KIND
from crm.moves.moving_in.service.signing import DOCUMENT, SLIP
from crm.properties.parts import unit_parts
from crm.tenants import closing, history, moving_out, tabs, unfiled


def connect_moves() -> None:
    unit_parts.extend([present.UNIT, keys_present.UNIT])
    tabs.further.append(present.TAB)
    moving_out.checks.append(keys_present.KEYS_OUT)
    unfiled.counts.append(present.unfiled)
    closing.closed[DOCUMENT] = closing.Closed(papers.document_to_file)
    closing.closed[SLIP] = closing.Closed(key_papers.slip_to_file)
    closing.closed[KIND] = closing.Closed(papers.pack_to_file, service.filed)
    for told in (key_history, move_in_history):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)
