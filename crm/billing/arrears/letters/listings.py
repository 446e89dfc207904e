"""The register of letters: what was made, who got it and how, who is unreached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, exists

from crm.auth.permissions import Permission
from crm.billing.arrears.dunning.models import (
    STEP_KINDS,
    WRITTEN,
    Demand,
    DemandDelivery,
    DemandRun,
    DunningStep,
    StepKind,
)
from crm.billing.arrears.letters import queries
from crm.billing.arrears.letters.bulk import MAIL_LETTERS, PRINT_LETTERS
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, SERVED, Arrival, Channel
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number
from crm.outbox.models import STATE_TITLES as MAIL_TITLES
from crm.properties.models import Unit

READ = Permission.arrears_read
STANDS = {
    "served": _l("Arrived"),
    "unreached": _l("Unreached"),
    "void": _l("Void"),
}
TONES = {"served": "green", "unreached": "orange", "void": "grey"}


def stands(row: Any) -> str:
    """The key of what stands of a letter."""
    if row.voided:
        return "void"
    return "served" if row.arrival in SERVED else "unreached"


def _how(row: Any) -> str:
    """Every way it went, and what came of it; before anything is noted what the outbox says."""
    if not row.arrival:
        return f"{CHANNEL_TITLES[Channel.email]} · {MAIL_TITLES[row.mail]}" if row.mail else ""
    codes = row.channels.split(",")
    ways = "、".join(str(CHANNEL_TITLES[each]) for each in Channel if each.value in codes)
    return f"{ways} · {ARRIVAL_TITLES[Arrival(row.arrival)]}"


def _proof(row: Any) -> str:
    """Who took it, who saw it, by which number."""
    witness = _("witness %(name)s", name=row.witness) if row.witness else ""
    return " · ".join(filter(None, (row.person, witness, row.tracking)))


NUMBER = Column(
    name="number", title=_l("Number"), order=Demand.id, link=lambda row: url_for("letters.show", demand_id=row.id)
)
COLUMNS = (
    NUMBER,
    Column(name="unit", title=_l("Unit"), value=lambda row: row.unit or "", order=Unit.sort_key),
    Column(
        name="customer",
        title=_l("Customer"),
        order=queries.Kept.name,
        link=lambda row: url_for("arrears_account.show", customer_id=row.customer_id),
    ),
    Column(name="step", title=_l("Step")),
    Column(name="day", title=_l("Day"), kind="date", order=Demand.day),
    Column(name="pay_until", title=_l("To pay until"), kind="date", order=Demand.pay_until),
    Column(name="amount", title=_l("Sum (yuan)"), kind="money", order=Demand.amount, total="amount"),
    Column(
        name="stands",
        title=_l("State"),
        value=lambda row: str(STANDS[stands(row)]),
        kind="badge",
        tone=lambda row: TONES[stands(row)],
    ),
    Column(name="how", title=_l("How it went"), value=_how),
    Column(name="delivered_on", title=_l("On"), kind="date"),
    Column(name="proof", title=_l("Who took it, or its number"), value=_proof, kind="long"),
)
OF_RUN = tuple(column for column in COLUMNS if column.name not in ("day", "pay_until"))


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: dict[Any, Any]) -> Filter:
    offered = [(str(getattr(key, "value", key)), words) for key, words in titles.items()]
    return Filter(name=name, title=title, condition=condition, choices=offered)


def _stands(value: str) -> ColumnElement[bool]:
    if value == "void":
        return Demand.voided.is_(True)
    served = queries.is_served()
    return ~Demand.voided & (served if value == "served" else ~served)


def _went(value: str) -> ColumnElement[bool]:
    by = exists().where(DemandDelivery.demand_id == Demand.id, DemandDelivery.channel == Channel(value))
    return by.where(queries.is_live()).correlate(Demand)


ABOUT = Filter(
    name="q",
    title=_l("Number, customer or unit"),
    condition=lambda text: holding(text, Number.text, queries.Kept.name, Unit.label),
)


def _reviews() -> Filter:
    titles = {str(review.id): f"{review.month:%Y-%m} {review.estate.name}" for review in queries.reviews_seen()}
    return _choice("review", _l("Review"), lambda value: DemandRun.review_id == int(value), titles)


def _listing(title: Any, query: Select[*tuple[Any, ...]], empty: Any, **given: Any) -> Listing:
    facts: dict[str, Any] = {
        "columns": COLUMNS,
        "actions": (PRINT_LETTERS, MAIL_LETTERS),
        "order": (Demand.id.desc(),),
    }
    return Listing(
        title=title,
        query=query,
        export_permission=READ,
        empty=empty,
        **(facts | given),
    )


def letters() -> Listing:
    """All of them, those of rolled back runs too."""
    return _listing(
        _l("Demand letters"),
        queries.demands(),
        _l("No letter was made yet. Letters are made of what a review decided."),
        filters=(
            ABOUT,
            _reviews(),
            _choice("stands", _l("State"), _stands, STANDS),
            _choice("way", _l("How it went"), _went, CHANNEL_TITLES),
            _choice(
                "kind",
                _l("Kind"),
                lambda value: DunningStep.kind == StepKind(value),
                {kind: STEP_KINDS[kind] for kind in WRITTEN},
            ),
        ),
    )


def unreached() -> Listing:
    """Who is to be looked for still."""
    return _listing(
        _l("Unreached"),
        queries.unreached(),
        _l("Every letter that was made has arrived."),
        filters=(ABOUT, _reviews(), _choice("way", _l("How it went"), _went, CHANNEL_TITLES)),
    )


def of_run(run: DemandRun) -> Listing:
    return _listing(
        _l("Letters of the run"),
        queries.demands().where(Demand.run_id == run.id),
        _l("This run has no letters."),
        columns=OF_RUN,
        order=(Demand.id,),
        filters=(ABOUT, _choice("stands", _l("State"), _stands, STANDS)),
    )
