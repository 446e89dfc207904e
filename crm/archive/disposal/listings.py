"""Dossiers by their periods, and the destruction lists."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.archive.disposal import queries
from crm.archive.disposal.figures import AHEAD_MONTHS
from crm.archive.disposal.holding import title_of
from crm.archive.disposal.models import DISPOSAL_TITLES, DisposalList, DisposalState
from crm.archive.disposal.starting import BECAUSE_TITLES, Because
from crm.archive.dossiers.listings import KIND
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import ESTATE, called
from crm.auth.permissions import Permission
from crm.dates import business_day, months_later
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters

TONES = {
    DisposalState.listed: "blue",
    DisposalState.appraised: "orange",
    DisposalState.approved: "purple",
    DisposalState.counted: "orange",
    DisposalState.destroyed: "red",
    DisposalState.kept: "green",
    DisposalState.withdrawn: "grey",
}


def holds_shown(row: Any) -> str:
    return "、".join(sorted(title_of(kind) for kind in row.holds.split(","))) if row.holds else ""


def until_shown(row: Any) -> str:
    until = queries.until_of(row)
    return until.isoformat() if until else _("for good")


def _standing(found: queries.Retained, today: date) -> Filter:
    ahead = months_later(today, AHEAD_MONTHS.on(today))

    def condition(value: str) -> ColumnElement[bool]:
        over = found.over(today)
        if value == "soon":
            return found.over(ahead) & ~over
        if value == "free":
            return over & ~queries.is_held() & ~queries.on_a_list()
        if value == "held":
            return over & queries.is_held()
        return over

    choices = [
        ("over", _l("Period over")),
        ("free", _l("Over and held by nothing")),
        ("held", _l("Over and held")),
        ("soon", _l("Over soon")),
    ]
    return Filter(name="standing", title=_l("Retention period"), condition=condition, choices=choices)


def periods() -> Listing:
    today, found = business_day(), queries.listed()
    return Listing(
        title=_l("Retention periods"),
        query=found.query,
        columns=_period_columns(found),
        filters=(
            Filter(
                name="q", title=_l("Number or title"), condition=lambda text: holding(text, Dossier.code) | called(text)
            ),
            _standing(found, today),
            KIND,
        ),
        order=(found.starts_on, Dossier.id),
        export_permission=Permission.disposal_keep,
        empty=_l("No period of these dossiers has begun."),
    )


def _period_columns(found: queries.Retained) -> tuple[Column, ...]:
    return (
        Column(
            name="code",
            title=_l("Archive number"),
            order=Dossier.code,
            value=lambda row: row.code or _("no number"),
            link=lambda row: url_for("dossiers.show", dossier_id=row.id),
        ),
        Column(name="title", title=_l("Dossier title"), kind="long", order=Dossier.title),
        Column(name="because", title=_l("Began with"), value=lambda row: str(BECAUSE_TITLES[Because(row.because)])),
        Column(name="starts_on", title=_l("Kept since"), kind="date", order=found.starts_on),
        Column(name="until", title=_l("Kept until"), value=until_shown),
        Column(name="holds", title=_l("Held by"), value=holds_shown, kind="long"),
        Column(
            name="on_list", title=_l("On a list"), value=lambda row: _("Yes") if row.on_list else "", at_first=False
        ),
        Column(name="estate", title=_l("Estate"), value=lambda row: row.estate or "", order=ESTATE.c.name),
    )


def lists() -> Listing:
    return Listing(
        title=_l("Destruction lists"),
        query=queries.lists(),
        columns=_list_columns(),
        filters=(
            Filter(
                name="q",
                title=_l("Number or title"),
                condition=lambda text: holding(text, DisposalList.number, DisposalList.title),
            ),
            choice_filter("state", _l("State"), DisposalList.state, DISPOSAL_TITLES),
            *period_filters(DisposalList.proposed_at),
        ),
        order=(DisposalList.proposed_at.desc(), DisposalList.id.desc()),
        export_permission=Permission.disposal_keep,
        empty=_l("No destruction list was proposed."),
    )


def _list_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Number"),
            order=DisposalList.number,
            link=lambda row: url_for("disposal.show", disposal_list_id=row.id),
        ),
        Column(name="title", title=_l("Title"), kind="long", order=DisposalList.title),
        Column(
            name="state",
            title=_l("State"),
            kind="badge",
            value=lambda row: str(DISPOSAL_TITLES[row.state]),
            tone=lambda row: TONES[row.state],
        ),
        Column(name="dossiers", title=_l("Dossiers"), kind="number"),
        Column(name="pages", title=_l("Page count"), kind="number"),
        Column(name="proposed_by", title=_l("Proposed by")),
        Column(
            name="proposed",
            title=_l("Proposed at"),
            kind="date",
            value=attrgetter("proposed_at"),
            order=DisposalList.proposed_at,
        ),
        Column(name="approved_by", title=_l("Approved by")),
        Column(name="cools_until", title=_l("Cools off until"), kind="date", order=DisposalList.cools_until),
        Column(name="destroyed_at", title=_l("Destroyed at"), kind="date", order=DisposalList.destroyed_at),
        Column(name="estate", title=_l("Estate"), value=lambda row: row.estate or "", order=ESTATE.c.name),
    )
