"""The list of incidents: what is going on first."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Building, Estate
from crm.properties.queries import estate_names
from crm.repairs.incidents import queries
from crm.repairs.incidents.models import INCIDENT_TITLES, Incident, IncidentState


def standing(incident: Any, now: datetime) -> tuple[str, str]:
    """The state in words with its tone; late where it goes on longer than was said."""
    if incident.state is IncidentState.over:
        return str(INCIDENT_TITLES[IncidentState.over]), "grey"
    if incident.expected_at is not None and incident.expected_at < now:
        return _("Going on, longer than expected"), "red"
    return str(INCIDENT_TITLES[IncidentState.open]), "orange"


def place(building: str | None) -> str:
    return _("Building %(number)s", number=building) if building else _("Whole estate")


def incidents(now: datetime) -> Listing:
    return Listing(
        title=_l("Incidents"),
        query=queries.incidents(),
        columns=_columns(now),
        filters=(
            Filter(name="q", title=_l("In a few words"), condition=lambda text: holding(text, Incident.title)),
            choice_filter("state", _l("State"), Incident.state, INCIDENT_TITLES),
            Filter(
                name="estate",
                title=_l("Estate"),
                condition=lambda value: Incident.estate_id == int(value),
                choices=[(str(key), name) for key, name in estate_names().items()],
            ),
        ),
        order=(Incident.state == IncidentState.over, Incident.began_at.desc(), Incident.id.desc()),
        export_permission=Permission.repair_dispatch,
        empty=_l("Nothing is going on that many call about."),
    )


def _columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column(
            name="title",
            title=_l("In a few words"),
            order=Incident.title,
            link=lambda row: url_for("incidents.show", incident_id=row.id),
        ),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: standing(row, now)[0],
            kind="badge",
            tone=lambda row: standing(row, now)[1],
        ),
        Column(name="place", title=_l("Where"), value=lambda row: place(row.building), order=Building.sort_key),
        Column(name="category", title=_l("Kind of incident"), value=lambda row: f"{row.group} · {row.category}"),
        Column(name="began", title=_l("Began at"), value=attrgetter("began_at"), kind="date", order=Incident.began_at),
        Column(
            name="expected",
            title=_l("Expected to be over"),
            value=attrgetter("expected_at"),
            kind="date",
            order=Incident.expected_at,
        ),
        Column(
            name="ended", title=_l("Over since"), value=attrgetter("ended_at"), kind="date", order=Incident.ended_at
        ),
        Column(name="callers", title=_l("Callers"), kind="number"),
        Column(name="waiting", title=_l("Still to be told"), kind="number"),
        Column(name="by", title=_l("Opened by"), value=attrgetter("opened_by"), at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )
