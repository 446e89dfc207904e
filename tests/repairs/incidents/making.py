"""Incidents with callers, and the ids its pages ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm.properties.models import Estate, Unit
from crm.repairs.incidents.models import Incident, IncidentCaller, IncidentState
from tests import factories as make
from tests.repairs import making as repairs

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # as of the orders
OVER = {"state": IncidentState.over, "ended_at": NOW, "result": "水泵已换。"}


def make_caller(incident: Incident, unit: Unit | None = None, **given: Any) -> IncidentCaller:
    facts: dict[str, Any] = {"name": "欧阳娜娜", "digits": "13907315678", "wants_word": True, "noted_by": "李敏"}
    facts |= {"noted_at": NOW, "unit_id": unit.id if unit else None}
    return repairs.kept(IncidentCaller(incident_id=incident.id, **(facts | given)))


def make_called_about(estate: Estate) -> Incident:
    """Going on, with one caller."""
    incident = repairs.make_incident(estate)
    make_caller(incident, make.make_unit(estate))
    return incident


def ids_of_incidents(estate: Estate) -> dict[str, object]:
    caller = make_caller(repairs.make_incident(estate, **OVER), make.make_unit(estate))
    return {"incident_id": caller.incident_id, "incident_caller_id": caller.id}
