"""The list of histories taken over."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.importing import queries
from crm.billing.importing.models import FeeImport
from crm.files.models import Upload
from crm.imports.listings import TONES
from crm.imports.models import STATE_TITLES, ImportState
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate


def imports() -> Listing:
    return Listing(
        title=_("Histories taken over"),
        query=queries.imports(),
        order=[FeeImport.id.desc()],
        empty=_("No history was taken over yet."),
        filters=[
            Filter(name="q", title=_l("File"), condition=lambda text: Upload.name.contains(text, autoescape=True)),
            Filter(
                name="state",
                title=_l("State"),
                condition=lambda state: FeeImport.state == ImportState(state),
                choices=[(state.value, title) for state, title in STATE_TITLES.items()],
            ),
        ],
        columns=[
            Column(name="file", title=_l("File"), value=_file, kind="long", order=Upload.name, link=_address),
            Column(name="estate", title=_l("Estate"), value=lambda row: row.Estate.name, order=Estate.name),
            Column(name="state", title=_l("State"), value=_state, kind="badge", tone=_tone),
            Column(name="refused", title=_l("Refused"), value=_refused, kind="number"),
            Column(name="by", title=_l("By"), value=lambda row: row.FeeImport.started_by, order=FeeImport.started_by),
            Column(name="on", title=_l("On"), value=_day, kind="date", order=FeeImport.started_at),
        ],
    )


def _file(row: Any) -> str:
    return str(row.Upload.name)


def _address(row: Any) -> str:
    return url_for("feeimports.show", fee_import_id=row.FeeImport.id)


def _state(row: Any) -> str:
    return str(STATE_TITLES[row.FeeImport.state])


def _tone(row: Any) -> str:
    return TONES[row.FeeImport.state]


def _refused(row: Any) -> int:
    return len(row.FeeImport.result.get("refused", []))


def _day(row: Any) -> date:
    day: date = row.FeeImport.started_at.date()
    return day
