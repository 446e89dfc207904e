"""The list of histories taken over, whichever they are."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.files.models import Upload
from crm.imports.histories.queries import History, imports_of
from crm.imports.listings import TONES
from crm.imports.models import STATE_TITLES, ImportState
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate


def listing_of(kind: type[History], *, title: str | LazyString, empty: str | LazyString, page: str) -> Listing:
    """`page`: the endpoint of an import's page, which takes its id as the table's name says."""

    def of(row: Any) -> History:
        run: History = row[0]
        return run

    def address(row: Any) -> str:
        named: dict[str, Any] = {f"{kind.__tablename__}_id": of(row).id}
        return url_for(page, **named)

    return Listing(
        title=title,
        query=imports_of(kind),
        order=[kind.id.desc()],
        empty=empty,
        filters=[
            Filter(name="q", title=_l("File"), condition=lambda text: Upload.name.contains(text, autoescape=True)),
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda state: kind.state == ImportState(state),
                choices=[(state.value, title) for state, title in STATE_TITLES.items()],
            ),
        ],
        columns=[
            Column(name="file", title=_l("File"), value=_file, kind="long", order=Upload.name, link=address),
            Column(name="estate", title=_l("Estate"), value=lambda row: row.Estate.name, order=Estate.name),
            Column(
                name="state",
                title=_l("State"),
                value=lambda row: str(STATE_TITLES[of(row).state]),
                kind="badge",
                tone=lambda row: TONES[of(row).state],
            ),
            Column(
                name="refused",
                title=_l("Refused"),
                value=lambda row: len(of(row).result.get("refused", [])),
                kind="number",
            ),
            Column(name="by", title=_l("By"), value=lambda row: of(row).started_by, order=kind.started_by),
            Column(name="on", title=_l("On"), value=_day, kind="date", order=kind.started_at),
        ],
    )


def _file(row: Any) -> str:
    return str(row.Upload.name)


def _day(row: Any) -> date:
    day: date = row[0].started_at.date()
    return day
