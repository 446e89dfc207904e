"""The list of cases."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.cases import queries
from crm.billing.arrears.cases.models import CASE_TITLES, CaseState, LegalCase
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate

TONES = {
    CaseState.requested: "orange",
    CaseState.handed_over: "blue",
    CaseState.refused: "grey",
    CaseState.withdrawn: "grey",
    CaseState.closed: "green",
}
UNDER_WAY = "live"


def _case(row: Any) -> str:
    return url_for("cases.show", legal_case_id=row.id)


def _in_state(value: str) -> Any:
    if value == UNDER_WAY:
        return LegalCase.state.in_(queries.LIVE)
    return LegalCase.state == CaseState(value)


def cases() -> Listing:
    states = [(UNDER_WAY, _l("Under way")), *((state.value, title) for state, title in CASE_TITLES.items())]
    return Listing(
        title=_l("Lawyers' cases"),
        query=queries.cases(),
        columns=(*_debt(), *_way()),
        filters=(
            Filter(name="q", title=_l("Customer, firm or lawyer"), condition=queries.about),
            Filter(name="state", title=_l("State"), condition=_in_state, choices=states),
        ),
        order=(LegalCase.id.desc(),),
        export_permission=Permission.arrears_read,
        empty=_l("No debt was handed over to a lawyer yet."),
    )


def _debt() -> list[Column]:
    return [
        Column(name="customer", title=_l("Customer"), order=queries.KEPT.name, link=_case),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
        Column(
            name="amount",
            title=_l("Handed over (yuan)"),
            kind="money",
            order=LegalCase.amount,
            total="amount",
        ),
        Column(name="open", title=_l("Of it open today (yuan)"), kind="money", total="open"),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(CASE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: TONES[row.state],
        ),
    ]


def _way() -> list[Column]:
    """Who has it, and what became of it."""
    return [
        Column(name="firm", title=_l("Law firm"), order=LegalCase.firm),
        Column(name="lawyer", title=_l("Lawyer"), order=LegalCase.lawyer),
        Column(name="requested_at", title=_l("Asked for at"), kind="date", order=LegalCase.requested_at),
        Column(name="requested_by", title=_l("Asked for by")),
        Column(name="decided_by", title=_l("Who decided"), value=lambda row: row.decided_by or ""),
        Column(name="handed_over_on", title=_l("With the lawyer since"), kind="date", order=LegalCase.handed_over_on),
        Column(name="closed_on", title=_l("Closed on"), kind="date"),
        Column(name="outcome", title=_l("What came of it"), kind="long"),
    ]
