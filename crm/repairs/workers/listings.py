"""Who repairs, and who of them is there today."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, or_, select

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.repairs.categories.models import TRADES
from crm.repairs.workers import queries
from crm.repairs.workers.models import WorkerAbsence, WorkerTrade
from crm.repairs.workers.rota import Rota, last_day


def workers(day: date) -> Listing:
    """The rota of all is read at once: they are few."""
    query = queries.workers()
    rotas = queries.rota([row.id for row in session().execute(query)], day)
    titles = {entry.code: entry.title for entry in TRADES.entries()}
    return Listing(
        title=_l("Repair workers"),
        query=query,
        columns=(
            Column(
                name="name",
                title=_l("Worker"),
                value=lambda row: row.full_name,
                order=User.full_name,
                link=lambda row: url_for("repair_workers.show", repair_worker_id=row.id),
            ),
            Column(name="trades", title=_l("Trades"), value=lambda row: trades_of(rotas[row.id], titles), kind="long"),
            Column(
                name="today",
                title=_l("Today"),
                value=lambda row: rotas[row.id].today,
                kind="badge",
                tone=lambda row: rotas[row.id].tone,
            ),
            Column(name="absences", title=_l("Away"), value=lambda row: absences_of(rotas[row.id]), kind="long"),
        ),
        filters=(
            Filter(name="q", title=_l("Name"), condition=lambda text: holding(text, User.full_name)),
            Filter(name="trade", title=_l("Trade"), condition=_does, choices=list(titles.items())),
            Filter(
                name="away",
                title=_l("Today"),
                condition=lambda _value: _away(day),
                choices=[("1", _l("Away today"))],
            ),
        ),
        order=(User.full_name, User.id),
        export_permission=Permission.repair_dispatch,
        empty=_l("Nobody repairs here yet. Whoever administers the accounts gives the role of a repair worker."),
    )


def trades_of(rota: Rota, titles: dict[str, str]) -> str:
    return "、".join(title for code, title in titles.items() if code in rota.trades) or _("Everything")


def absences_of(rota: Rota) -> str:
    return "；".join(
        f"{each.starts:%m-%d} – {last_day(each):%m-%d} {each.reason}" for each in rota.absences
    )  # as people say it: both days inclusive


def _does(trade: str) -> ColumnElement[bool]:
    """Whoever has no trade does everything."""
    mine = WorkerTrade.user_id == User.id
    return or_(exists().where(mine, WorkerTrade.trade == trade), ~exists().where(mine))


def _away(day: date) -> ColumnElement[Any]:
    absent = select(WorkerAbsence.user_id).where(WorkerAbsence.starts <= day, WorkerAbsence.ends > day)
    return User.id.in_(absent)
