"""Transfer lists of title documents, with what waits for one's own part."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.archive.credit.models import Client, Project
from crm.archive.dossiers.models import Dossier
from crm.archive.vault.models import TitleTransfer, TransferState
from crm.archive.vault.models.transfer import TRANSFER_TITLES
from crm.archive.vault.transfers import queries
from crm.auth.permissions import Permission
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number

TONES = {TransferState.issued: "orange", TransferState.complete: "green", TransferState.withdrawn: "grey"}


def transfers() -> Listing:
    return Listing(
        title=_l("Transfer lists of title documents"),
        query=queries.transfers(),
        columns=_columns(),
        filters=_filters(),
        order=(TitleTransfer.id.desc(),),
        export_permission=Permission.title_read,
        empty=_l("No transfer list was issued yet. A issues one on the project's page."),
    )


def _page(row: Any) -> str:
    return url_for("vault.transfer", transfer_id=row.id)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=TitleTransfer.id, link=_page),
        Column(name="file_number", title=_l("File number"), value=lambda row: row.file_number or ""),
        Column(name="project", title=_l("Project"), order=Project.title),
        Column(
            name="state",
            title=_l("Stands at"),
            value=lambda row: str(TRANSFER_TITLES[row.state]),
            kind="badge",
            order=TitleTransfer.state,
            tone=lambda row: TONES[row.state],
        ),
        Column(name="documents", title=_l("Documents"), kind="number"),
        Column(name="pieces", title=_l("Pieces"), kind="number"),
        Column(name="a", title=_l("A"), order=queries.A.full_name),
        Column(name="b", title=_l("B"), order=queries.B.full_name),
        Column(name="custodian", title=_l("Title custodian"), value=lambda row: row.custodian or ""),
        Column(name="issued_at", title=_l("Issued at"), kind="date", order=TitleTransfer.issued_at),
        Column(name="completed_at", title=_l("Received on"), kind="date", order=TitleTransfer.completed_at),
        Column(name="reason", title=_l("Why it was withdrawn"), at_first=False),
    )


def _about(text: str) -> ColumnElement[bool]:
    return holding(text, Number.text, Project.title, Client.name, Dossier.code, queries.FileNumber.text)


def _state(value: str) -> ColumnElement[bool]:
    return TitleTransfer.state == TransferState(value) if value in set(TransferState) else false()


def _filters() -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Project, client or number"), condition=_about),
        Filter(
            name="state",
            title=_l("Stands at"),
            condition=_state,
            choices=[(each.value, title) for each, title in TRANSFER_TITLES.items()],
        ),
        Filter(
            name="mine",
            title=_l("Waiting for me"),
            condition=lambda value: queries.waiting_for_me() if value == "1" else false(),
            choices=[("1", _l("Yes"))],
        ),
    )
