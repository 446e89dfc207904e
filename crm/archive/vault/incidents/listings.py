"""The list of incidents."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.archive.vault.incidents import queries
from crm.archive.vault.incidents.path import STATE_TITLES, IncidentState
from crm.archive.vault.models import TitleDocument, TitleIncident
from crm.archive.vault.models.count import INCIDENT_TITLES
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.numbering import Number


def _state(text: str) -> ColumnElement[bool]:
    ended = TitleIncident.closed_at.is_not(None)
    return ended if IncidentState(text) is IncidentState.closed else ~ended


def incidents() -> Listing:
    return Listing(
        title=_l("Incidents of title documents"),
        query=queries.listed(),
        columns=_incidents_columns(),
        filters=(
            Filter(
                name="q",
                title=_l("Number or certificate number"),
                condition=lambda text: holding(text, Number.text, TitleDocument.certificate_no),
            ),
            choice_filter("kind", _l("Kind"), TitleIncident.kind, INCIDENT_TITLES),
            Filter(
                name="state",
                title=_l("State"),
                condition=_state,
                choices=[(each.value, title) for each, title in STATE_TITLES.items()],
            ),
            *period_filters(TitleIncident.reported_at),
        ),
        order=(TitleIncident.id.desc(),),
        export_permission=Permission.credit_oversee,
        empty=_l("No incident was reported."),
    )


def _incidents_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Number"),
            order=TitleIncident.id,
            link=lambda row: url_for("vault_incidents.show", title_incident_id=row.id),
        ),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(INCIDENT_TITLES[row.kind])),
        Column(name="certificate_no", title=_l("Certificate number"), value=lambda row: row.certificate_no or ""),
        Column(name="description", title=_l("How it happened"), kind="long"),
        Column(name="reporter", title=_l("Incident reported by"), order=User.full_name),
        Column(name="reported_at", title=_l("Incident reported at"), kind="date", order=TitleIncident.reported_at),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[IncidentState.closed if row.closed_at else IncidentState.open]),
            kind="badge",
            tone=lambda row: "grey" if row.closed_at else "red",
        ),
        Column(name="closer", title=_l("Closed by"), value=lambda row: row.closer or ""),
        Column(name="result", title=_l("Result"), kind="long"),
    )
