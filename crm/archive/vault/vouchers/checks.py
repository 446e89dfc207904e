"""What the filing review asks of title documents: back in time, the day sealed. L-24, A-13."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, and_, cast, func, or_, select

from crm.archive.dossiers.checking import CREDIT, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier, Location
from crm.archive.vault.models import (
    CountKind,
    CountState,
    DayEnd,
    TitleCustody,
    TitleDocument,
    TitleState,
    TitleVoucher,
    VaultCount,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.models.voucher import FOR_A_TIME
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.db import session
from crm.worktime.queries import calendar


def _overdue(day: date) -> Select[*tuple[Any, ...]]:
    """The document is still out though the voucher that took it out last said by when it is back."""
    columns = finding(key=cast(TitleDocument.id, String), about_id=TitleVoucher.id, detail=TitleDocument.certificate_no)
    last = (
        select(func.max(VoucherLine.voucher_id))
        .join(TitleVoucher, TitleVoucher.id == VoucherLine.voucher_id)
        .where(VoucherLine.document_id == TitleDocument.id, TitleVoucher.state == VoucherState.done)
        .where(TitleVoucher.purpose.in_(FOR_A_TIME))
        .correlate(TitleDocument)
        .scalar_subquery()
    )
    found = select(*columns).select_from(Dossier).join(TitleDocument, TitleDocument.dossier_id == Dossier.id)
    out = found.join(TitleVoucher, TitleVoucher.id == last)
    return out.where(TitleDocument.state == TitleState.out, TitleVoucher.back_on < day)


def _unsealed(day: date) -> Select[*tuple[Any, ...]]:
    """Something moved on a day that nobody sealed by the end of the next working day."""
    columns = finding(key=cast(TitleVoucher.id, String), about_id=TitleVoucher.id, detail=TitleVoucher.authority)
    found = select(*columns).select_from(Dossier).join(TitleVoucher, TitleVoucher.dossier_id == Dossier.id)
    since = session().scalar(select(func.max(DayEnd.day)))
    done = found.where(TitleVoucher.state == VoucherState.done, TitleVoucher.done_at < beginning_of(_sealed_by(day)))
    return done if since is None else done.where(TitleVoucher.done_at >= beginning_of(_day_after(since)))


def _sealed_by(day: date) -> date:
    """Of the days before this one the end is overdue on `day`."""
    late = day
    while calendar().add(late, 1).day >= day:
        late = date.fromordinal(late.toordinal() - 1)
    return _day_after(late)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _uncounted(day: date) -> Select[*tuple[Any, ...]]:
    """It lies in a safe whose count is overdue."""
    columns = finding(key=cast(VaultCount.id, String), about_id=VaultCount.id, detail=Location.path)
    slot = select(Location.id).where(Location.parent_id == VaultCount.safe_id).correlate(VaultCount)
    found = (
        select(*columns)
        .distinct()
        .select_from(Dossier)
        .join(TitleDocument, TitleDocument.dossier_id == Dossier.id)
        .join(TitleCustody, and_(TitleCustody.document_id == TitleDocument.id, TitleCustody.ends_at.is_(None)))
        .join(
            VaultCount,
            or_(TitleCustody.location_id == VaultCount.safe_id, TitleCustody.location_id.in_(slot)),
        )
        .join(Location, Location.id == VaultCount.safe_id)
    )
    late = VaultCount.state.in_((CountState.ordered, CountState.open, CountState.counted))
    secret = and_(VaultCount.kind == CountKind.surprise, VaultCount.state == CountState.ordered)
    return found.where(late, ~secret, VaultCount.due_on < day)


def _voucher(where: Where) -> str:
    return url_for("vouchers.show", voucher_id=where.about_id)


def _days(_where: Where) -> str:
    return url_for("vault_counts.days")


def _count(where: Where) -> str:
    return url_for("vault_counts.show", vault_count_id=where.about_id)


CHECKS = (
    Check(
        kind="title_out_overdue",
        title=_l("A title document is outside past its day"),
        advice=_l("Bring it back into the vault, or report what became of it."),
        measure=Measure.complete,
        kinds=CREDIT,
        role=RoleName.title_custodian,
        find=_overdue,
        page=_voucher,
    ),
    Check(
        kind="vault_day_open",
        title=_l("Title documents moved on a day that is not sealed"),
        advice=_l("Count the vault with a second person and seal the day."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.title_custodian,
        find=_unsealed,
        page=_days,
    ),
    Check(
        kind="vault_count_overdue",
        title=_l("The count of a safe with title documents is overdue"),
        advice=_l("Count the safe with a second person."),
        measure=Measure.accurate,
        kinds=CREDIT,
        role=RoleName.title_custodian,
        find=_uncounted,
        page=_count,
    ),
)
