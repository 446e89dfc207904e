"""The list of compensations, with their sum."""

from __future__ import annotations

from operator import attrgetter

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.complaints.cases.models import (
    COMPENSATION_KINDS,
    COMPENSATION_STATES,
    COMPENSATION_TONES,
    UNSETTLED,
    Compensation,
    CompensationState,
    Complaint,
)
from crm.complaints.compensation import queries
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Estate
from crm.properties.queries import estate_names
from crm.tenants.models import Customer


def _in_state(value: str) -> ColumnElement[bool]:
    if value == "under_way":
        return Compensation.state.in_(UNSETTLED)
    return Compensation.state == CompensationState(value)


def compensations() -> Listing:
    return Listing(
        title=_l("Compensations"),
        query=queries.compensations(),
        columns=_columns(),
        filters=(
            Filter(
                name="q",
                title=_l("Number of the complaint, customer or why"),
                condition=lambda text: holding(text, Complaint.number, Customer.name, Compensation.reason),
            ),
            Filter(
                name="state",
                title=_l("State"),
                condition=_in_state,
                choices=[
                    ("under_way", _l("To be decided or given")),
                    *((each.value, title) for each, title in COMPENSATION_STATES.items()),
                ],
            ),
            choice_filter("kind", _l("Kind"), Compensation.kind, COMPENSATION_KINDS),
            Filter(
                name="estate",
                title=_l("Estate"),
                condition=lambda value: Complaint.estate_id == int(value),
                choices=[(str(key), name) for key, name in estate_names().items()],
            ),
            *period_filters(Compensation.asked_at),
        ),
        order=(Compensation.asked_at.desc(), Compensation.id.desc()),
        export_permission=Permission.complaint_handle,
        empty=_l("No compensation was asked for."),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Complaint"),
            order=Complaint.number,
            link=lambda row: url_for("compensations.show", compensation_id=row.id),
        ),
        Column(name="customer", title=_l("Customer"), order=Customer.name),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(COMPENSATION_KINDS[row.kind])),
        Column(
            name="amount",
            title=_l("Sum (yuan)"),
            kind="money",
            order=Compensation.amount,
            total="amount",
        ),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(COMPENSATION_STATES[row.state]),
            kind="badge",
            tone=lambda row: COMPENSATION_TONES[row.state],
        ),
        Column(name="reason", title=_l("Why"), kind="long"),
        *_deciding_columns(),
    )


def _deciding_columns() -> tuple[Column, ...]:
    """Who asked, who decided, and when it was given."""
    return (
        Column(name="asked_by", title=_l("Applied for by")),
        Column(
            name="asked", title=_l("Asked at"), value=attrgetter("asked_at"), kind="date", order=Compensation.asked_at
        ),
        Column(name="decided_by", title=_l("Who decided"), at_first=False),
        Column(
            name="given",
            title=_l("Given to the customer on"),
            value=attrgetter("given_on"),
            kind="date",
            order=Compensation.given_on,
        ),
        Column(name="reference", title=_l("Proof that it was given"), at_first=False),
        Column(name="category", title=_l("Category"), at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )
