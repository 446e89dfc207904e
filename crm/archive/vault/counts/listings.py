"""The lists of counts and of ends of days."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers.models import Location
from crm.archive.vault.counts import queries
from crm.archive.vault.models import CountState, DayEnd, VaultCount
from crm.archive.vault.models.count import COUNT_KIND_TITLES, COUNT_TITLES
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import day_filters
from crm.numbering import Number

TONES = {
    CountState.ordered: "blue",
    CountState.open: "orange",
    CountState.counted: "orange",
    CountState.signed: "green",
    CountState.cancelled: "grey",
}


def counts() -> Listing:
    return Listing(
        title=_l("Counts of the vault"),
        query=queries.listed(),
        columns=_counts_columns(),
        filters=(
            Filter(
                name="q", title=_l("Number or safe"), condition=lambda text: holding(text, Number.text, Location.path)
            ),
            choice_filter("state", _l("State"), VaultCount.state, COUNT_TITLES),
            choice_filter("kind", _l("Kind"), VaultCount.kind, COUNT_KIND_TITLES),
        ),
        order=(VaultCount.id.desc(),),
        export_permission=Permission.credit_oversee,
        empty=_l("No safe was counted yet. Counts come by the clock, or by surprise."),
    )


def _counts_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Number"),
            order=VaultCount.id,
            link=lambda row: url_for("vault_counts.show", vault_count_id=row.id),
        ),
        Column(name="safe", title=_l("Safe"), order=Location.path),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(COUNT_KIND_TITLES[row.kind])),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(COUNT_TITLES[row.state]),
            kind="badge",
            tone=lambda row: TONES[row.state],
        ),
        Column(name="due_on", title=_l("Due on"), kind="date", order=VaultCount.due_on),
        Column(name="ordered_by", title=_l("Ordered by")),
        Column(name="counted_at", title=_l("Counted at"), kind="date", order=VaultCount.counted_at),
        Column(name="expected", title=_l("By the books"), kind="number"),
        Column(name="found", title=_l("Found at the safe"), kind="number"),
        Column(name="differences", title=_l("Differences"), kind="number"),
        Column(name="first", title=_l("First person"), value=lambda row: row.first or ""),
        Column(name="second", title=_l("Second person"), value=lambda row: row.second or ""),
    )


def days() -> Listing:
    """日终表: one line for each day that was sealed."""
    return Listing(
        title=_l("Ends of days at the vault"),
        query=queries.day_ends(),
        columns=(
            Column(
                name="day",
                title=_l("Day"),
                kind="date",
                order=DayEnd.day,
                link=lambda row: url_for("vault_counts.days", sheet=row.id),
            ),
            Column(name="opening", title=_l("Opening"), kind="number"),
            Column(name="came_in", title=_l("In"), kind="number", total="came_in"),
            Column(name="went_out", title=_l("Out"), kind="number", total="went_out"),
            Column(name="closing", title=_l("Closing"), kind="number"),
            Column(name="counted", title=_l("Counted"), kind="number"),
            Column(name="custodian", title=_l("Title custodian"), order=queries.First.full_name),
            Column(name="witness", title=_l("Second person"), order=queries.Second.full_name),
            Column(name="closed_at", title=_l("Sealed at"), kind="date", order=DayEnd.closed_at),
            Column(name="remark", title=_l("Remark"), kind="long"),
        ),
        filters=day_filters(DayEnd.day),
        order=(DayEnd.day.desc(),),
        export_permission=Permission.credit_oversee,
        empty=_l("No day was sealed yet."),
    )
