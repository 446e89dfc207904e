"""The list of texts to begin with."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.correspondence.wordings.models import KIND_TITLES, Wording
from crm.correspondence.wordings.queries import wordings
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing


def _in_use(value: str) -> ColumnElement[bool]:
    return Wording.active.is_(value == "1")


def _page(row: Any) -> str:
    return url_for("wordings.show", wording_id=row.id)


def texts() -> Listing:
    return Listing(
        title=_l("Wordings"),
        query=wordings(),
        columns=(
            Column(
                name="name", title=_l("What it is called"), value=lambda row: row.name, order=Wording.name, link=_page
            ),
            Column(name="kind", title=_l("What it is for"), value=lambda row: str(KIND_TITLES[row.kind])),
            Column(name="subject", title=_l("Subject"), value=lambda row: row.subject, kind="long"),
            Column(name="body", title=_l("Text"), value=lambda row: row.body, kind="long", at_first=False),
            Column(
                name="active",
                title=_l("In use"),
                value=lambda row: _("In use") if row.active else _("Out of use"),
                kind="badge",
                tone=lambda row: "green" if row.active else "grey",
            ),
        ),
        filters=(
            Filter(name="q", title=_l("Name or text"), condition=_about),
            Filter(
                name="kind",
                title=_l("What it is for"),
                condition=lambda value: Wording.kind == value,
                choices=[(kind.value, title) for kind, title in KIND_TITLES.items()],
            ),
            Filter(
                name="active",
                title=_l("In use"),
                condition=_in_use,
                choices=[("1", _l("In use")), ("0", _l("Out of use"))],
            ),
        ),
        order=(Wording.active.desc(), Wording.kind, Wording.name, Wording.id),
        export_permission=Permission.notice_write,
        empty=_l("There is no wording yet."),
    )


def _about(text: str) -> ColumnElement[bool]:
    return holding(text, Wording.name, Wording.subject, Wording.body)
