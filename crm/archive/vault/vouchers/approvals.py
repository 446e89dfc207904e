"""What is to leave the vault and waits for the rank."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from sqlalchemy.orm import aliased

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.vault.models import Prolongation, TitleVoucher, VoucherState
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.steps.approvals import Approvals, waits

Asker = aliased(User)


def _asked() -> Select[*tuple[Any, ...]]:
    return (
        waits(key=TitleVoucher.id, about=Project.title, asked_by=Asker.full_name, asked_at=TitleVoucher.asked_at)
        .join(Project, Project.dossier_id == TitleVoucher.dossier_id)
        .join(Asker, Asker.id == TitleVoucher.asked_by_id)
        .where(TitleVoucher.state == VoucherState.asked, TitleVoucher.asked_by_id.is_distinct_from(actor().user_id))
        .where(visible())
    )


def _longer() -> Select[*tuple[Any, ...]]:
    asked = (Prolongation.asked_by_id, Prolongation.asked_at)
    return (
        waits(key=TitleVoucher.id, about=Project.title, asked_by=Asker.full_name, asked_at=asked[1])
        .join(Prolongation, Prolongation.voucher_id == TitleVoucher.id)
        .join(Project, Project.dossier_id == TitleVoucher.dossier_id)
        .join(Asker, Asker.id == asked[0])
        .where(Prolongation.decided_at.is_(None), asked[0].is_distinct_from(actor().user_id))
        .where(visible())
    )


PROLONGATIONS = Approvals(
    name="title_prolongation",
    title=_l("Title documents outside for longer"),
    permission=Permission.title_approve,
    waiting=_longer,
    page=lambda key: url_for("vouchers.decide_longer", voucher_id=key),
)
VOUCHERS = Approvals(
    name="title_voucher",
    title=_l("Title documents out of the vault"),
    permission=Permission.title_approve,
    waiting=_asked,
    page=lambda key: url_for("vouchers.decide", voucher_id=key),
)
