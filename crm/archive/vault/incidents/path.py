"""What can be done about an incident, when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import IncidentKind, TitleIncident, TitleState
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow


class IncidentState(StrEnum):
    """Follows from the row: closed once it says how it ended."""

    open = "open"
    closed = "closed"


STATE_TITLES = {IncidentState.open: _l("Not closed yet"), IncidentState.closed: _l("Closed with a result")}


@dataclass(slots=True, kw_only=True)
class Case:
    """An incident as the acting person finds it."""

    incident: TitleIncident
    actor_id: int | None

    @property
    def state(self) -> IncidentState:
        return IncidentState.open if self.incident.closed_at is None else IncidentState.closed


def _not_to_close(case: Case) -> str:
    if case.incident.reported_by_id == case.actor_id:
        return _("Who reported it does not close it. Another person does.")
    return _still_lost(case)


ENDED = (TitleState.lost, TitleState.void, TitleState.released)


def _still_lost(case: Case) -> str:
    """A loss is not talked away: the books say that it is gone, or two people have seen it."""
    document = case.incident.document
    if case.incident.kind is not IncidentKind.loss or document is None or document.state in ENDED:
        return ""
    return _(
        "A loss ends by the voucher that writes the document off, or when two have found it: at a count, or laying it "
        "into the safe."
    )


S, P = IncidentState, Permission
PATH = TitledWorkflow(
    STATE_TITLES,
    note=Step(sources={S.open}, permission=P.title_witness, title=_l("Write down what was done")),
    close=Step(sources={S.open}, permission=P.title_approve, title=_l("Close the incident"), hindrance=_not_to_close),
)
