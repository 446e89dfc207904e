"""One of each thing of the vouchers and counts, for every route and every table that only grows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count as counter
from typing import Any

from crm.archive.vault.models import (
    CountFound,
    CountKind,
    CountSignature,
    CountState,
    DayEnd,
    DayPresence,
    Difference,
    IncidentKind,
    IncidentNote,
    OutReminder,
    Outstay,
    Part,
    Presence,
    Purpose,
    TitleIncident,
    TitleState,
    TitleVoucher,
    Variance,
    VaultCount,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.models.voucher import INTO, Direction
from tests import factories as make
from tests.archive.vault.making import (
    CUSTODIAN,
    NOW,
    WITNESS,
    kept,
    make_lent_project,
    make_place,
    make_safe,
    make_settlement_check,
    make_title,
)

days = counter()


def make_voucher(
    purpose: Purpose = Purpose.court, state: VoucherState = VoucherState.asked, **given: Any
) -> TitleVoucher:
    """王磊 asks for a document in the vault; approved by nobody yet."""
    project = make_lent_project()
    document, into = make_title(project, TitleState.in_vault), purpose in INTO
    facts: dict[str, Any] = {
        "number_id": make.make_number("权证出库", "权出2026-").id,
        "dossier_id": project.dossier_id,
        "direction": Direction.into if into else Direction.out,
        "purpose": purpose,
        "state": state,
        "reason": "变更登记",
        "authority": "审批单第 3 号",
        "back_on": None if into else date(2026, 12, 20),
        "receiver": "" if into else "王磊",
        "asked_by_id": project.a_id,
        "asked_at": NOW,
    }
    made = kept(TitleVoucher(**(facts | given)))
    kept(VoucherLine(voucher_id=made.id, document_id=document.id, open=state.value in ("asked", "ready")))
    return made


def make_count(state: CountState = CountState.open, **given: Any) -> VaultCount:
    safe = make_safe()
    make_place(safe)
    facts: dict[str, Any] = {
        "number_id": make.make_number("权证盘点", "盘2026-").id,
        "kind": CountKind.scheduled if state is CountState.ordered else CountKind.surprise,
        "state": state,
        "safe_id": safe.id,
        "due_on": date(2026, 11, 24),
        "ordered_by": "韩冰",
        "ordered_at": NOW,
    }
    if state in (CountState.open, CountState.counted, CountState.signed):
        facts |= {"first_id": make.user_called(CUSTODIAN).id, "second_id": make.user_called(WITNESS).id}
    if state in (CountState.counted, CountState.signed):
        facts |= {"counted_at": NOW, "expected": 1, "found": 0}
    if state is CountState.signed:
        facts |= {"signed_at": NOW}
    return kept(VaultCount(**(facts | given)))


def make_incident(**given: Any) -> TitleIncident:
    facts = {
        "number_id": make.make_number("权证异常", "异2026-").id,
        "kind": IncidentKind.unexpected,
        "description": "柜内多一本证",
        "reported_by_id": make.user_called(CUSTODIAN).id,
        "reported_at": NOW,
    }
    return kept(TitleIncident(**(facts | given)))


def make_day_end() -> DayEnd:
    """One day after the other."""
    people = {"custodian_id": make.user_called(CUSTODIAN).id, "witness_id": make.user_called(WITNESS).id}
    figures = {"opening": 0, "came_in": 0, "went_out": 0, "closing": 0, "counted": 0}
    day = date(2026, 1, 1) + timedelta(days=next(days))
    return kept(DayEnd(day=day, closed_at=NOW, **figures, **people))


def ids_of_the_vault() -> dict[str, object]:
    proof = make.make_upload(None, "title_voucher")
    voucher, count, incident = make_voucher(proof_id=proof.id), make_count(CountState.counted), make_incident()
    keeper = make.user_called(CUSTODIAN).id
    word = {"part": Part.custodian, "user_id": keeper, "seen": "0" * 64, "address": "10.0.0.8", "confirmed_at": NOW}
    kept(Presence(voucher_id=voucher.id, **word))
    kept(DayPresence(day=date(2026, 11, 20), counted=0, **word))
    kept(CountFound(count_id=count.id, certificate_no="0000001", pieces=1))
    kept(CountSignature(count_id=count.id, user_id=keeper, hash="0" * 64, signed_at=NOW))
    differs = {"kind": Difference.unexpected, "certificate_no": "0000001", "expected": 0, "found": 1}
    evidence = make.make_upload(None, "title_incident")
    noted = {"words": "已报警", "evidence_id": evidence.id, "noted_by": "许静", "noted_at": NOW}
    note = kept(IncidentNote(incident_id=incident.id, **noted))
    kept(OutReminder(voucher_id=voucher.id, back_on=NOW.date(), outstay=Outstay.due, told_at=NOW))
    make_settlement_check(make_lent_project())
    return {
        "voucher_id": voucher.id,
        "voucher_paper": "proof",
        "vault_count_id": count.id,
        "variance_id": kept(Variance(count_id=count.id, **differs)).id,
        "day_end_id": make_day_end().id,
        "title_incident_id": incident.id,
        "incident_note_id": note.id,
    }


__all__ = ["ids_of_the_vault", "make_count", "make_day_end", "make_incident", "make_voucher"]
