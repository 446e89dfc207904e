"""The list of notices, and the households of one or of all: who was reached how, who is still unreached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func

from crm.auth.permissions import Permission
from crm.correspondence.notices import queries
from crm.correspondence.notices.bulk import ACTIONS
from crm.correspondence.notices.models import (
    NOTICE_KINDS,
    REACH_TITLES,
    STATE_TITLES,
    STATE_TONES,
    Notice,
    NoticeHousehold,
    NoticeState,
    Reach,
)
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.outbox.models import STATE_TITLES as MAIL_TITLES
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import estate_names, in_chosen_estate

EXPORT = Permission.notice_write
UNFILED = "unfiled"
H = NoticeHousehold


def _kind(row: Any) -> str:
    title, urgent = NOTICE_KINDS.title_of(row.kind), _("urgent")
    return f"{title} · {urgent}" if row.urgent else title


NOTICE_COLUMNS = (
    Column(
        name="subject",
        title=_l("Subject"),
        kind="long",
        order=Notice.subject,
        link=lambda row: url_for("notices.show", household_notice_id=row.id),
    ),
    Column(name="number", title=_l("Number"), value=lambda row: row.number or "", order=Notice.number),
    Column(name="kind", title=_l("Kind"), value=_kind),
    Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(STATE_TITLES[row.state]),
        kind="badge",
        tone=lambda row: STATE_TONES[row.state],
    ),
    Column(name="estate", title=_l("Estate"), order=Estate.name),
    Column(name="issued_at", title=_l("Went out"), kind="date", order=Notice.issued_at),
    Column(name="households", title=_l("Households"), kind="number"),
    Column(name="unreached", title=_l("Unreached"), kind="number"),
    Column(name="read", title=_l("Has read it"), kind="number"),
    Column(name="reach_by", title=_l("Everybody reached by"), kind="date", order=Notice.reach_by),
    Column(name="drafted_by", title=_l("Drafted by"), at_first=False),
)


def _offered(titles: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(getattr(key, "value", key)), title) for key, title in titles.items()]


def _notice_state(value: str) -> ColumnElement[bool]:
    return queries.is_unfiled() if value == UNFILED else Notice.state == NoticeState(value)


def notices() -> Listing:
    return Listing(
        title=_l("Notices to households"),
        query=queries.notices(),
        columns=NOTICE_COLUMNS,
        filters=(
            Filter(
                name="q",
                title=_l("Number or subject"),
                condition=lambda text: holding(text, Notice.number, Notice.subject),
            ),
            Filter(
                name="state",
                title=_l("State"),
                condition=_notice_state,
                choices=[*_offered(STATE_TITLES), (UNFILED, _l("Over, with receipts in no dossier yet"))],
            ),
            Filter(
                name="kind",
                title=_l("Kind"),
                condition=lambda value: Notice.kind == value,
                choices=NOTICE_KINDS.choices(),
            ),
            Filter(
                name="estate",
                title=_l("Estate"),
                condition=lambda value: Notice.estate_id == int(value),
                choices=_offered(estate_names()),
            ),
        ),
        order=(Notice.id.desc(),),
        export_permission=EXPORT,
        empty=_l("No notice yet. Draft one, look at whom it goes to, then issue it."),
    )


def _how(row: Any) -> str:
    """How it was reached; before that what the outbox says."""
    if row.reached_by:
        return str(REACH_TITLES[row.reached_by])
    return f"{REACH_TITLES[Reach.email]} · {MAIL_TITLES[row.mail]}" if row.mail else ""


def _stands(row: Any) -> str:
    if row.read_at:
        return _("Has read it")
    return _("Reached") if row.reached_at else _("Unreached")


UNIT = Column(
    name="label",
    title=_l("Unit"),
    order=Unit.sort_key,
    link=lambda row: url_for("notices.household", household_id=row.id),
)
NUMBER = Column(
    name="number",
    title=_l("Notice"),
    order=Notice.id,
    link=lambda row: url_for("notices.show", household_notice_id=row.notice_id),
)
BUILDING = Column(name="building", title=_l("Building"), order=func.coalesce(Building.sort_key, ""))
NAME = Column(name="name", title=_l("Customer"), order=H.name)
STANDS = Column(
    name="stands",
    title=_l("State"),
    value=_stands,
    kind="badge",
    tone=lambda row: "green" if row.reached_at else "orange",
)
HOW = Column(name="how", title=_l("How it went"), value=_how)
WHY_NOT = Column(name="why_not", title=_l("Last attempt"), value=lambda row: row.why_not or "", kind="long")
REACHED = Column(name="reached_at", title=_l("Reached"), kind="date", order=H.reached_at)
READ = Column(name="read_at", title=_l("Has read it"), kind="date", order=H.read_at)
PRINTED = Column(name="printed_at", title=_l("Printed"), kind="date", order=H.printed_at, at_first=False)
SIGNED = Column(name="signed", title=_l("Who took it, when"), value=lambda _row: "", at_first=False)  # to write on


def _state(value: str) -> ColumnElement[bool]:
    if value == "read":
        return H.read_at.is_not(None)
    return queries.UNREACHED if value == "unreached" else ~queries.UNREACHED


def _filters(estate_id: int | None) -> Sequence[Filter]:
    buildings = [(number, number) for number in queries.building_numbers(estate_id)]
    return (
        Filter(name="q", title=_l("Unit or customer"), condition=lambda text: holding(text, H.label, H.name)),
        Filter(
            name="building", title=_l("Building"), condition=lambda value: Building.number == value, choices=buildings
        ),
        Filter(
            name="way",
            title=_l("How it went"),
            condition=lambda value: H.reached_by == Reach(value),
            choices=_offered(REACH_TITLES),
        ),
    )


STATE = Filter(
    name="stands",
    title=_l("State"),
    condition=_state,
    choices=[("unreached", _l("Unreached")), ("reached", _l("Reached")), ("read", _l("Has read it"))],
)


def _households(title: Any, columns: Sequence[Column], *conditions: ColumnElement[bool], **given: Any) -> Listing:
    facts: dict[str, Any] = {"order": (Unit.sort_key, H.id), "empty": _l("Nobody.")}
    return Listing(
        title=title,
        query=queries.households(*conditions),
        columns=columns,
        actions=ACTIONS,
        export_permission=EXPORT,
        **(facts | given),
    )


def households_of(notice: Notice) -> Listing:
    columns = (UNIT, BUILDING, NAME, STANDS, HOW, WHY_NOT, REACHED, READ, PRINTED)
    filters = (*_filters(notice.estate_id), STATE)
    return _households(_l("Households"), columns, H.notice_id == notice.id, filters=filters)


def unreached_of(notice: Notice) -> Listing:
    """Printed it is the list for whoever carries the papers round."""
    columns = (UNIT, BUILDING, NAME, WHY_NOT, PRINTED, SIGNED)
    here = H.notice_id == notice.id, queries.UNREACHED
    given = {"filters": _filters(notice.estate_id), "empty": _l("No household is unreached any more.")}
    return _households(_l("Still unreached"), columns, *here, **given)


def unreached() -> Listing:
    """Of every notice that runs."""
    columns = (UNIT, BUILDING, NAME, NUMBER, WHY_NOT, PRINTED, SIGNED)
    running = Notice.state == NoticeState.issued, queries.UNREACHED, in_chosen_estate(Notice.estate_id)
    return _households(
        _l("Households still unreached"),
        columns,
        *running,
        filters=_filters(None),
        empty=_l("Every household of every notice that runs is reached."),
    )
