"""Noting that letters go to the printer: the first print says nothing, each later one why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.billing.arrears.dunning.models import Demand, DemandPrint
from crm.billing.arrears.letters import queries
from crm.billing.arrears.letters.events import DemandPrinted
from crm.bulk import pour
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


def print_hindrance(ids: Sequence[int], reason: str) -> str:
    """Why these letters cannot be printed, or ""."""
    return "" if reason.strip() or not queries.printed_before(ids) else printed_before()


def printed_before() -> str:
    return _("It was printed before. Write why it is printed again: it stands on the paper.")


def note_print(demand: Demand, reason: str = "") -> DemandPrint:
    """Raises `DomainError` where it was printed before and nobody says why again."""
    session().execute(select(Demand.id).where(Demand.id == demand.id).with_for_update())
    if refusal := print_hindrance([demand.id], reason):
        raise DomainError(refusal)
    if queries.being_printed([demand.id]):
        raise DomainError(_("It is being printed with others already: see the background work."))
    made = DemandPrint(demand_id=demand.id, reason=reason.strip(), printed_by=actor().name, printed_at=utc_now())
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"number": demand.number.text, "reason": made.reason}
    record(DemandPrinted(demand_id=demand.id, customer_id=demand.customer_id, **told))
    return made


def note_prints(ids: Sequence[int], reason: str) -> None:
    """Many in one file; what it says is the file's own event."""
    said = {"reason": reason.strip(), "printed_by": actor().name, "printed_at": utc_now()}
    pour(DemandPrint, [{"demand_id": demand_id, **said} for demand_id in ids])
