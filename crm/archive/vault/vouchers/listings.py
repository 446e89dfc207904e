"""The lists of vouchers: all of them, and the cash-book."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from crm.archive.credit.models import Project
from crm.archive.vault.documents.queries import is_blind
from crm.archive.vault.models import TitleVoucher, VoucherState
from crm.archive.vault.models.voucher import DIRECTION_TITLES, PURPOSE_TITLES, VOUCHER_TITLES
from crm.archive.vault.vouchers import book, queries
from crm.auth.permissions import Permission
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.numbering import Number

TONES = {
    VoucherState.asked: "orange",
    VoucherState.ready: "blue",
    VoucherState.refused: "grey",
    VoucherState.done: "green",
    VoucherState.cancelled: "grey",
}
CALLED = Filter(
    name="q", title=_l("Number or project"), condition=lambda text: holding(text, Number.text, Project.title)
)
PURPOSE = choice_filter("purpose", _l("Purpose"), TitleVoucher.purpose, PURPOSE_TITLES)


def _page(row: Any) -> str:
    return url_for("vouchers.show", voucher_id=row.id)


def _unscanned(value: str) -> ColumnElement[bool]:
    missing = and_(TitleVoucher.state == VoucherState.done, TitleVoucher.scan_id.is_(None))
    return missing if value == "missing" else ~missing


def scan_shown(row: Any) -> str:
    return _("sheet attached") if row.scan_id else _("sheet missing")


def vouchers() -> Listing:
    return Listing(
        title=_l("Vouchers of the vault"),
        query=queries.listed(),
        columns=_vouchers_columns(),
        filters=(
            CALLED,
            choice_filter("state", _l("State"), TitleVoucher.state, VOUCHER_TITLES),
            choice_filter("direction", _l("Into the vault or out"), TitleVoucher.direction, DIRECTION_TITLES),
            PURPOSE,
            Filter(
                name="scan",
                title=_l("Signed sheet"),
                condition=_unscanned,
                choices=[("missing", _l("sheet missing")), ("there", _l("sheet attached"))],
            ),
        ),
        order=(TitleVoucher.id.desc(),),
        export_permission=Permission.title_read,
        empty=_l("No voucher yet. One is made when the three have signed a transfer list."),
    )


def _vouchers_columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=TitleVoucher.id, link=_page),
        Column(name="purpose", title=_l("Purpose"), value=lambda row: str(PURPOSE_TITLES[row.purpose])),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(VOUCHER_TITLES[row.state]),
            kind="badge",
            tone=lambda row: TONES[row.state],
        ),
        Column(name="project", title=_l("Project"), kind="long", order=Project.title),
        Column(name="documents", title=_l("Documents"), kind="number"),
        Column(name="asker", title=_l("Asked by"), order=queries.Asker.full_name),
        Column(name="asked_at", title=_l("Asked at"), kind="date", order=TitleVoucher.asked_at),
        Column(name="back_on", title=_l("Back by"), kind="date", order=TitleVoucher.back_on),
        Column(name="done_at", title=_l("Carried out at"), kind="date", order=TitleVoucher.done_at),
        Column(name="custodian", title=_l("Title custodian"), value=lambda row: row.custodian or ""),
        Column(name="witness", title=_l("Second person"), value=lambda row: row.witness or ""),
        Column(
            name="scan",
            title=_l("Signed sheet"),
            value=lambda row: scan_shown(row) if row.done_at else "",
            kind="badge",
            tone=lambda row: "" if row.scan_id or not row.done_at else "orange",
        ),
    )


def cash_book() -> Listing:
    """权证出入库台帐: the balance behind each voucher is that of the whole book, whatever is filtered."""
    query, row = book.entries()
    blind = is_blind()  # what came and went tells what is there
    return Listing(
        title=_l("Book of the vault"),
        query=query,
        columns=(
            Column(name="done_at", title=_l("Carried out at"), kind="date", order=row.done_at),
            Column(name="number", title=_l("Number"), order=row.id, link=_page),
            Column(name="purpose", title=_l("Purpose"), value=lambda row: str(PURPOSE_TITLES[row.purpose])),
            Column(name="project", title=_l("Project"), kind="long", order=Project.title),
            Column(
                name="documents",
                title=_l("Certificate numbers"),
                kind="long",
                value=lambda row: "" if blind else row.documents,
            ),
            Column(name="came", title=_l("In"), kind="number", total="came"),
            Column(name="went", title=_l("Out"), kind="number", total="went"),
            Column(name="balance", title=_l("Balance of the vault"), kind="number"),
            Column(name="custodian", title=_l("Title custodian"), order=book.Keeper.full_name),
            Column(name="witness", title=_l("Second person"), order=book.Second.full_name),
            Column(name="authority", title=_l("By what authority"), kind="long"),
            Column(name="scan", title=_l("Signed sheet"), value=scan_shown, at_first=False),
        ),
        filters=(CALLED, PURPOSE, *period_filters(row.done_at)),
        order=(row.done_at.desc(), row.id.desc()),
        export_permission=Permission.credit_oversee,
        empty=_l("Nothing went in or out in this period."),
    )
