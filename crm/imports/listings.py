"""The list of imports."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.dates import business_day_of
from crm.files.models import Upload
from crm.imports import queries
from crm.imports.models import STATE_TITLES, ImportRun, ImportState
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate

TONES = {
    ImportState.uploaded: "grey",
    ImportState.checked: "orange",
    ImportState.running: "blue",
    ImportState.done: "green",
}


def imports() -> Listing:
    return Listing(
        title=_("Imports"),
        query=queries.visible_runs(),
        order=[ImportRun.id.desc()],
        empty=_("Nothing was imported yet. Begin with a workbook as your company keeps it."),
        filters=[
            Filter(name="q", title=_l("File"), condition=lambda text: Upload.name.contains(text, autoescape=True)),
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda state: ImportRun.state == ImportState(state),
                choices=[(state.value, title) for state, title in STATE_TITLES.items()],
            ),
        ],
        columns=[
            Column(name="file", title=_l("File"), value=_file, kind="long", order=Upload.name, link=_address),
            Column(name="estate", title=_l("Estate"), value=_estate, order=Estate.name),
            Column(name="state", title=_l("State"), value=_state, kind="badge", tone=_tone),
            Column(name="refused", title=_l("Refused"), value=_refused, kind="number"),
            Column(name="by", title=_l("By"), value=lambda row: row.ImportRun.started_by, order=ImportRun.started_by),
            Column(name="on", title=_l("On"), value=_day, kind="date", order=ImportRun.started_at),
        ],
    )


def _file(row: Any) -> str:
    return str(row.Upload.name)


def _address(row: Any) -> str:
    return url_for("imports.show", run_id=row.ImportRun.id)


def _estate(row: Any) -> str:
    """The estate, or the names in the file when it holds several."""
    names = row.ImportRun.result.get("estate", [])
    return str(row.Estate.name if row.Estate else ", ".join(names) or row.ImportRun.estate_name)


def _state(row: Any) -> str:
    return str(STATE_TITLES[row.ImportRun.state])


def _tone(row: Any) -> str:
    return TONES[row.ImportRun.state]


def _refused(row: Any) -> int:
    return len(row.ImportRun.result.get("refused", []))


def _day(row: Any) -> date:
    return business_day_of(row.ImportRun.started_at)
