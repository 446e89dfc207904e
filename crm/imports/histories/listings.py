"""The list of histories taken over, whichever they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.dates import business_day_of
from crm.files.models import Upload
from crm.imports.histories.models import HistoryImport
from crm.imports.histories.queries import History, imports_of
from crm.imports.listings import TONES
from crm.imports.models import STATE_TITLES, ImportState
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate


def listing_of(kind: type[History], *, title: str, empty: str, page: str) -> Listing:
    """`page`: the endpoint of an import's page, which takes its id as the table's name says."""

    def address(row: Any) -> str:
        named: dict[str, Any] = {f"{kind.__tablename__}_id": row[0].id}
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
        columns=_columns(kind, address),
    )


def _columns(kind: type[HistoryImport], address: Callable[[Any], str]) -> list[Column]:
    """Of rows of import, upload and estate."""
    return [
        Column(name="file", title=_l("File"), value=_file, kind="long", order=Upload.name, link=address),
        Column(name="estate", title=_l("Estate"), value=lambda row: row.Estate.name, order=Estate.name),
        Column(name="state", title=_l("State"), value=_state, kind="badge", tone=lambda row: TONES[row[0].state]),
        Column(name="refused", title=_l("Refused"), value=_refused, kind="number"),
        Column(name="by", title=_l("By"), value=lambda row: row[0].started_by, order=kind.started_by),
        Column(name="on", title=_l("On"), value=_day, kind="date", order=kind.started_at),
    ]


def _file(row: Any) -> str:
    return str(row.Upload.name)


def _state(row: Any) -> str:
    return str(STATE_TITLES[row[0].state])


def _refused(row: Any) -> int:
    return len(row[0].result.get("refused", []))


def _day(row: Any) -> date:
    return business_day_of(row[0].started_at)
