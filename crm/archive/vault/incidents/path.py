"""What can be done about an incident, when and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.vault.models import TitleIncident
from crm.auth.permissions import Permission
from crm.workflow import Step, TitledWorkflow


class IncidentState(StrEnum):
    """Follows from the row: closed once it says how it ended."""

    open = "open"
    closed = "closed"


STATE_TITLES = {IncidentState.open: _l("Not ended yet"), IncidentState.closed: _l("Ended")}


@dataclass(slots=True, kw_only=True)
class Case:
    """An incident as the acting person finds it."""

    incident: TitleIncident
    actor_id: int | None

    @property
    def state(self) -> IncidentState:
        return IncidentState.open if self.incident.closed_at is None else IncidentState.closed


def _own(case: Case) -> str:
    if case.incident.reported_by_id == case.actor_id:
        return _("Who reported it does not close it. Another person does.")
    return ""


S, P = IncidentState, Permission
PATH = TitledWorkflow(
    STATE_TITLES,
    note=Step(sources={S.open}, permission=P.title_witness, title=_l("Write down what was done")),
    close=Step(sources={S.open}, permission=P.title_approve, title=_l("Close the incident"), hindrance=_own),
)
