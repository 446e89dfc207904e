"""The lists of settlements, and of renovations whose deposit is due back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.deposits.models import Deposit
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Building, Estate, Unit
from crm.renovations.cases import models as cases
from crm.renovations.cases.listings import about, case
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.settlement import queries
from crm.renovations.settlement.figures import BACK_DAYS
from crm.renovations.settlement.models import (
    STATE_TITLES,
    STATE_TONES,
    UNDER_WAY,
    RenovationSettlement,
    SettlementState,
)
from crm.tenants.models import Customer

LOG = Permission.renovation_log


def _sum(name: str, title: Any, order: Any) -> Column:
    return Column(name=name, title=title, kind="money", order=order, total=name)


def settlements() -> Listing:
    states = [("open", _l("Under way")), *((state.value, title) for state, title in STATE_TITLES.items())]
    return Listing(
        title=_l("Settlements of renovations"),
        query=queries.settlements(),
        columns=(
            Column(
                name="number",
                title=_l("Number"),
                order=RenovationSettlement.number,
                link=lambda row: url_for("renovation_settlements.show", renovation_settlement_id=row.id),
            ),
            _state(STATE_TITLES, STATE_TONES),
            *_where(),
            _sum("held", _l("Deposit held (yuan)"), RenovationSettlement.held),
            _sum("deducted", _l("Deduction (yuan)"), RenovationSettlement.deducted),
            _sum("back", _l("Goes back (yuan)"), RenovationSettlement.back),
            _sum("billed", _l("As a bill (yuan)"), RenovationSettlement.billed),
            Column(name="proposed_at", title=_l("Made on"), kind="date", order=RenovationSettlement.proposed_at),
            Column(name="proposed_by", title=_l("Sheet made by")),
            Column(name="signed_at", title=_l("Signed on"), kind="date", at_first=False),
            Column(name="paid_at", title=_l("Settled on"), kind="date", at_first=False),
        ),
        filters=(
            Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda value: (
                    RenovationSettlement.state.in_(UNDER_WAY)
                    if value == "open"
                    else RenovationSettlement.state == SettlementState(value)
                ),
                choices=states,
            ),
        ),
        order=(RenovationSettlement.proposed_at.desc(), RenovationSettlement.id.desc()),
        export_permission=LOG,
        empty=_l("No renovation was settled yet."),
    )


def _state(titles: Any, tones: Any) -> Column:
    return Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(titles[row.state]),
        kind="badge",
        tone=lambda row: tones[row.state],
    )


def _where() -> tuple[Column, ...]:
    return (
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Customer"), order=Customer.name),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _waits(row: Any, today: date) -> str:
    if row.second_passed_on is None:
        return _("Application given up")
    return _("Checked %(days)s days ago", days=(today - row.second_passed_on).days)


def _tone(row: Any, today: date) -> str:
    """Red only for what is really late."""
    limit = today - timedelta(days=BACK_DAYS.on(today))
    return "red" if row.second_passed_on is not None and row.second_passed_on < limit else "orange"


def _how_far(row: Any) -> str:
    return str(STATE_TITLES[row.settlement]) if row.settlement else _("No sheet yet")


PASSED = Renovation.second_passed_on


def to_settle(today: date) -> Listing:
    return Listing(
        title=_l("Renovation deposits due back"),
        query=queries.to_settle(),
        columns=(
            Column(name="number", title=_l("Number"), order=Renovation.number, link=case),
            _state(cases.STATE_TITLES, cases.STATE_TONES),
            *_where(),
            Column(name="contractor", title=_l("Contractor"), order=Renovation.contractor, at_first=False),
            Column(name="payer", title=_l("Payer")),
            _sum("amount", _l("Deposit taken (yuan)"), Deposit.amount),
            _sum("balance", _l("Deposit held (yuan)"), Deposit.balance),
            Column(name="second_passed_on", title=_l("Second check passed on"), kind="date", order=PASSED),
            Column(
                name="waits",
                title=_l("Waits"),
                value=lambda row: _waits(row, today),
                kind="badge",
                tone=lambda row: _tone(row, today),
            ),
            Column(name="settlement", title=_l("Settlement sheet"), value=_how_far),
        ),
        filters=_filters(today),
        order=(PASSED, Renovation.id),
        export_permission=LOG,
        empty=_l("No deposit of a renovation is due back."),
    )


def _filters(today: date) -> tuple[Filter, ...]:
    which = {
        "late": Renovation.second_passed_on < today - timedelta(days=BACK_DAYS.on(today)),
        "checked": Renovation.state == RenovationState.checked,
        "given_up": Renovation.state.in_((RenovationState.refused, RenovationState.withdrawn)),
    }
    titles = [
        ("late", _l("Overdue")),
        ("checked", _l("Checks passed")),
        ("given_up", _l("Application given up")),
    ]
    return (
        Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
        Filter(name="which", title=_l("Which"), condition=lambda value: which[value], choices=titles),
    )
