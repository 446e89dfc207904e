"""Faults of the vault, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from crm.archive.credit.models import Project
from crm.archive.vault.models import (
    CountState,
    Direction,
    Purpose,
    TitleCustody,
    TitleDocument,
    TitleState,
    TitleVoucher,
    VoucherLine,
    VoucherState,
)
from crm.dates import utc_now
from crm.db import open_session
from crm.properties.models import Estate
from tests import factories as make
from tests.archive.vault.ids import make_count
from tests.archive.vault.making import (
    CUSTODIAN,
    MANAGER,
    NOW,
    WITNESS,
    kept,
    make_place,
    make_safe,
    make_title,
    titles_in_vault,
)
from tests.review.faults_cases import Maker, ago, day_ago
from tests.review.faults_loans import H, handed_over


def _lent() -> Project:
    """With its dossier, handed over."""
    handover = handed_over(H.filed)
    with open_session() as db:
        project = db.get_one(Project, handover.project_id)
        db.expunge(project)
    return project


def _out(back_on: date) -> int:
    """Taken out two hundred days ago, to be back by that day."""
    project = _lent()
    [document_id] = titles_in_vault(1, project)
    people = {"custodian_id": make.user_called(CUSTODIAN).id, "witness_id": make.user_called(WITNESS).id}
    voucher = kept(
        TitleVoucher(
            number_id=make.make_number("权证出库", "权出2026-").id,
            dossier_id=project.dossier_id,
            direction=Direction.out,
            purpose=Purpose.court,
            state=VoucherState.done,
            reason="出庭",
            authority="传票",
            receiver="王磊",
            back_on=back_on,
            asked_by_id=project.a_id,
            asked_at=NOW,
            decided_by_id=make.user_called(MANAGER).id,
            decided_at=NOW,
            done_at=utc_now(),
            **people,
        )
    )
    _take_out(document_id, voucher)
    return project.dossier_id or 0


def _take_out(document_id: int, voucher: TitleVoucher) -> None:
    with open_session() as db:
        held = db.scalars(select(TitleCustody).filter_by(document_id=document_id, ends_at=None)).one()
        line = {"voucher_id": voucher.id, "document_id": document_id, "location_id": held.location_id}
        held.ends_at = now = utc_now()
        db.flush()
        db.add(VoucherLine(**line, open=False))
        told = {"cause": "taken_out", "caused_by": "许静", "starts_at": now, "voucher_id": voucher.id}
        db.add(TitleCustody(document_id=document_id, outside="法院", **told))
        db.get_one(TitleDocument, document_id).state = TitleState.out
        db.commit()


def title_out_overdue(_estate: Estate) -> int:
    return _out(day_ago(1))


def title_out_until_today(_estate: Estate) -> int:
    return _out(day_ago(0))


def _moved(days: float) -> int:
    """Laid into a safe so many days ago; the day was sealed by nobody."""
    project = _lent()
    people = {"custodian_id": make.user_called(CUSTODIAN).id, "witness_id": make.user_called(WITNESS).id}
    kept(
        TitleVoucher(
            number_id=make.make_number("权证入库", "权入2026-").id,
            dossier_id=project.dossier_id,
            direction=Direction.into,
            purpose=Purpose.moved,
            state=VoucherState.done,
            reason="移位",
            authority="盘点",
            asked_by_id=project.a_id,
            asked_at=ago(days),
            done_at=ago(days),
            **people,
        )
    )
    return project.dossier_id or 0


def vault_day_open(_estate: Estate) -> int:
    return _moved(20)


def vault_moved_just_now(_estate: Estate) -> int:
    return _moved(0)


def _counted(state: CountState, due_on: date) -> int:
    project, safe = _lent(), make_safe()
    titles_in_vault(1, project, make_place(safe))
    make_count(state, safe_id=safe.id, due_on=due_on)
    return project.dossier_id or 0


def vault_count_overdue(_estate: Estate) -> int:
    return _counted(CountState.ordered, day_ago(1))


def count_due_today(_estate: Estate) -> int:
    return _counted(CountState.ordered, day_ago(0))


def count_signed(_estate: Estate) -> int:
    return _counted(CountState.signed, day_ago(1))


def _obtained(state: TitleState, days: float) -> int:
    """By A so many days ago."""
    project = _lent()
    make_title(project, state, obtained_at=ago(days))
    return project.dossier_id or 0


def title_not_in_vault(_estate: Estate) -> int:
    return _obtained(TitleState.with_a, 9)


def title_received_and_not_laid_in(_estate: Estate) -> int:
    return _obtained(TitleState.received, 9)


def title_obtained_today(_estate: Estate) -> int:
    return _obtained(TitleState.verifying, 0)


def title_given_back(_estate: Estate) -> int:
    return _obtained(TitleState.released, 9)


FAULTS: dict[str, Maker] = {
    "title_not_in_vault": title_not_in_vault,
    "title_out_overdue": title_out_overdue,
    "vault_day_open": vault_day_open,
    "vault_count_overdue": vault_count_overdue,
}
MORE: tuple[tuple[str, Maker], ...] = (("title_not_in_vault", title_received_and_not_laid_in),)
INNOCENT: tuple[Maker, ...] = (
    title_out_until_today,
    title_obtained_today,
    title_given_back,
    vault_moved_just_now,
    count_due_today,
    count_signed,
)
