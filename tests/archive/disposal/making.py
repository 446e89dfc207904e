"""Dossiers whose period is over, and destruction lists at every step."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from crm.archive.credit.models import ProjectState
from crm.archive.disposal.models import (
    ArchiveHold,
    DisposalLine,
    DisposalList,
    DisposalState,
    DisposalStep,
    Opinion,
    Outcome,
    RetentionChange,
    Seat,
    Tombstone,
    WitnessTick,
)
from crm.archive.disposal.service import listing
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.db import open_session
from crm.files.models import WipedFile
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate
from tests import factories as make
from tests.repairs.making import NOW, kept, user_called

LONG_AGO = date(1990, 3, 1)
PROPOSER, BUSINESS, AUDIT, APPROVER = "fengxue", "shentao", "caoning", "hanbing"
WITNESS, SECOND = "xujing", "tangfeng"  # 王磊 and 赵倩 are A and B of the projects


def make_over(title: str = "鑫源商贸借款", **given: Any) -> Dossier:
    """A loan's, filed with one document, settled in 1990."""
    number = make.make_archive_number()
    facts = {"state": DossierState.filed, "number_id": number.id, "code": number.number.text, "filed_at": NOW}
    dossier = make.make_company_dossier(title, **facts)
    make.make_item(dossier, "application", responsible="王磊", note="客户手机13800000000")
    days = {"applied_on": LONG_AGO, "approved_on": LONG_AGO, "ends_on": LONG_AGO, "settled_on": LONG_AGO}
    make.make_project(ProjectState.settled, dossier_id=dossier.id, **(days | given))
    return dossier


def make_closed(estate: Estate, **given: Any) -> Dossier:
    """A customer's, closed in 1990."""
    customer = make.make_customer(estate)
    return make.make_dossier(
        estate, subject_id=customer.id, **({"state": DossierState.closed, "closed_on": LONG_AGO} | given)
    )


def make_hold(dossier: Dossier, username: str = PROPOSER) -> ArchiveHold:
    who = user_called(username)
    facts = {"reason": "诉讼未结", "placed_by_id": who.id, "placed_by": who.full_name, "placed_at": NOW}
    return kept(ArchiveHold(dossier_id=dossier.id, **facts))


def make_list(
    *dossiers: Dossier, state: DisposalState = DisposalState.listed, estate: Estate | None = None, **given: Any
) -> DisposalList:
    with open_session() as db:
        series = db.scalars(select(NumberSeries).filter_by(name=listing.SERIES, year=2026)).one_or_none()
        series = series or NumberSeries(name=listing.SERIES, year=2026, last=0)
        db.add(series)
        series.last += 1
        db.flush()
        text = listing.PATTERN.format(year=2026, serial=series.last)
        number = Number(series_id=series.id, serial=series.last, text=text, state=NumberState.committed)
        db.add(number)
        db.commit()
        number_id = number.id
    who = user_called(PROPOSER)
    by = {"proposed_by_id": who.id, "proposed_by": who.full_name, "proposed_at": NOW}
    if state in (DisposalState.approved, DisposalState.counted):
        manager = user_called(APPROVER)
        by |= {"approved_by_id": manager.id, "approved_by": manager.full_name, "approved_at": NOW}
        by |= {"cools_until": NOW.date() - timedelta(days=1)}
    if state is DisposalState.counted:
        by |= {"witness_id": user_called(WITNESS).id, "second_witness_id": user_called(SECOND).id}
    where = {"estate_id": estate.id if estate else None, "title": "到期档案"}
    made = kept(DisposalList(number_id=number_id, number=text, state=state, **(where | by | given)))
    for dossier in dossiers:
        make_line(made, dossier)
    return made


def make_line(made: DisposalList, dossier: Dossier) -> DisposalLine:
    years = {"from_year": 1989, "to_year": 1990, "kept_since": LONG_AGO, "kept_until": date(2020, 3, 1)}
    facts = {"code": dossier.code, "title": dossier.title, "volumes": 1, "pages": 1, "retention": "years_30"}
    outcome = None if made.state is DisposalState.listed else Outcome.destroy
    return kept(DisposalLine(list_id=made.id, dossier_id=dossier.id, outcome=outcome, **years, **facts))


def ids_of_disposal(estate: Estate, owner: RoleName | None = None) -> dict[str, object]:
    """A list both witnesses have counted, with a row in each table beside it, and a hold. Of a customer's dossier,
    or of a loan's for who sees no customers."""
    made, line_id = _counted(estate, owner)
    auditor = user_called(AUDIT)
    said = {"outcome": Outcome.destroy, "words": "同意", "given_by_id": auditor.id, "given_by": auditor.full_name}
    kept(Opinion(line_id=line_id, seat=Seat.audit, given_at=NOW, **said))
    for who in (WITNESS, SECOND):
        kept(WitnessTick(line_id=line_id, witness_id=user_called(who).id, pages=1, ticked_at=NOW))
    kept(DisposalStep(list_id=made.id, action="propose", to_state=made.state, taken_by="冯雪", taken_at=NOW))
    other = make_closed(estate)
    changed = {
        "reason": "鉴定延长",
        "changed_by": "韩冰",
        "changed_at": NOW,
        "changed_on": NOW.date(),
        "until": date(2040, 1, 1),
    }
    kept(RetentionChange(dossier_id=other.id, list_id=made.id, **changed))
    gone = make_closed(estate, state=DossierState.destroyed)
    stone = {"code": "甲", "title": "乙", "items": 0, "pages": 0, "content": {"items": []}, "hash": "0" * 64}
    kept(Tombstone(dossier_id=gone.id, list_id=made.id, destroyed_at=NOW, **stone))
    upload = make.make_upload(estate, "dossier")
    kept(WipedFile(sha256=upload.sha256, because=made.number, wiped_at=NOW))
    return {"disposal_list_id": made.id, "hold_id": make_hold(other).id, "paper_kind": "list"}


def _counted(estate: Estate, owner: RoleName | None) -> tuple[DisposalList, int]:
    """With the id of its line."""
    if owner is None or Permission.customer_read in ROLES[owner]:
        made = make_list(make_closed(estate), estate=estate, state=DisposalState.counted)
    else:
        made = make_list(make_over(), state=DisposalState.counted)
    with open_session() as db:
        return made, db.scalars(select(DisposalLine.id).filter_by(list_id=made.id)).one()
