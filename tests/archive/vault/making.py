"""Title documents with what hangs on them, as they stand in the database: every one where its state says it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.archive.credit.models import Project, ProjectState, SettlementCheck
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.models import Appointment, Dossier, IssuedPrint, Location
from crm.archive.dossiers.models.custody import CustodianRole, LocationKind
from crm.archive.handover.models import Grade, Party
from crm.archive.vault.models import (
    Delay,
    Direction,
    Purpose,
    TitleCustody,
    TitleDocument,
    TitleKind,
    TitleReminder,
    TitleSignature,
    TitleState,
    TitleTick,
    TitleTransfer,
    TitleVoucher,
    TransferLine,
    TransferState,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.transfers.content import FORM, Head, whole
from crm.auth.models import User
from crm.dates import utc_now
from crm.db import open_session
from tests import factories as make

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
A, B, CUSTODIAN, WITNESS, MANAGER, CHAIRMAN = "wanglei", "zhaoqian", "xujing", "fengxue", "hanbing", "tangfeng"
S = TitleState
WITH_A, IN_HAND = (S.with_a, S.verifying), (S.received,)
serials = count(1)


def kept(thing: Any) -> Any:
    with open_session() as db:
        db.add(thing)
        db.commit()
        db.refresh(thing)
        db.expunge(thing)
    return thing


def appoint_custodian(username: str = CUSTODIAN) -> User:
    """As a row; 许静 unless said otherwise, and once only."""
    user = make.user_called(username)
    with open_session() as db:
        held = select(Appointment.id).filter_by(user_id=user.id, role=CustodianRole.title_custodian, ends=None)
        if db.scalar(held) is not None:
            return user
    make.make_appointment(user, CustodianRole.title_custodian)
    return user


def make_safe(code: str = "") -> Location:
    code = code or f"{next(serials)}号柜"
    return kept(Location(kind=LocationKind.safe, code=code, path=f"档案室 / {code}"))


def make_place(safe: Location | None = None, code: str = "") -> Location:
    """A slot of a safe."""
    safe, code = safe or make_safe(), code or f"{next(serials)}格"
    return kept(Location(kind=LocationKind.slot, code=code, path=f"{safe.path} / {code}", parent_id=safe.id))


def make_lent_project(state: ProjectState = ProjectState.approved, **given: Any) -> Project:
    """王磊's and 赵倩's, with its dossier, which both read; no number is reserved yet."""
    project = make.make_project(state, **given)
    dossier = make.make_company_dossier(project.title, (project.a_id, project.b_id), subject_id=project.id)
    with open_session() as db:
        db.get_one(Project, project.id).dossier_id = dossier.id
        db.commit()
        made = db.get_one(Project, project.id)
        db.refresh(made)
        db.expunge(made)
    return made


def make_settlement_check(project: Project) -> SettlementCheck:
    manager = make.user_called(MANAGER)
    return kept(
        SettlementCheck(project_id=project.id, checked_by_id=manager.id, checked_by=manager.full_name, checked_at=NOW)
    )


def dossier_of(project: Project) -> Dossier:
    with open_session() as db:
        return db.get_one(Dossier, project.dossier_id)


def make_title(project: Project | None = None, state: TitleState = S.with_a, **given: Any) -> TitleDocument:
    """A client's certificate of a house; where it is follows from `state`. Expected: without number or moment."""
    project = project or make_lent_project()
    facts: dict[str, Any] = {
        "dossier_id": project.dossier_id,
        "kind": TitleKind.client_ownership,
        "name": "不动产权证书",
        "quantity": 1,
        "owner": "鑫源商贸",
        "issued_by": "长沙市不动产登记中心",
        "entered_by_id": project.a_id,
        "entered_by": "王磊",
        "entered_at": NOW,
        "void_reason": "录入有误" if state is S.void else "",
    }
    if state is not S.expected:
        facts |= {"certificate_no": f"湘（2026）长沙市不动产权第{next(serials):07d}号", "obtained_at": NOW}
    made = kept(TitleDocument(state=state, **(facts | given)))
    if state is not S.expected:
        _lay(made, project)
    return made


def _lay(document: TitleDocument, project: Project) -> None:
    """The intervals up to where it is now; a void one is nowhere any more."""
    custodian = make.user_called(CUSTODIAN)
    steps: list[dict[str, Any]] = [{"holder_id": project.a_id, "answers_id": project.a_id, "cause": "obtained"}]
    if document.state not in (*WITH_A, S.void):
        steps.append({"holder_id": custodian.id, "answers_id": custodian.id, "cause": "received"})
    if document.state in (S.in_vault, S.out, S.released, S.lost):
        steps.append({"location_id": make_place().id, "cause": "placed"})
    if document.state in (S.out, S.released, S.lost):
        cause = {S.out: "taken_out", S.released: "released", S.lost: "lost"}[document.state]
        steps.append({"outside": "长沙市不动产登记中心", "cause": cause})
    for step in steps:
        last = step is steps[-1] and document.state not in (S.void, S.replaced)
        ends = None if last else NOW
        kept(TitleCustody(document_id=document.id, starts_at=NOW, ends_at=ends, caused_by="王磊", **step))


def make_transfer(
    documents: Sequence[TitleDocument], project: Project, state: TransferState = TransferState.issued, **given: Any
) -> TitleTransfer:
    """A list of them as rows; complete: ticked and signed by all three."""
    custodian = make.user_called(CUSTODIAN)
    number = make.make_number("权证移交", "权移2026-")
    head = Head(
        subject=number.id,
        number=number.text,
        file_number="",
        title=project.title,
        client="鑫源商贸",
        a="王磊",
        b="赵倩",
        issued_at="2026-11-24 09:00",
    )
    content = whole(head, documents)
    facts: dict[str, Any] = {"content": content, "hash": content_hash(content), "issued_at": NOW, "state": state}
    if state is TransferState.complete:
        facts |= {"custodian_id": custodian.id, "completed_at": NOW}
    if state is TransferState.withdrawn:
        facts |= {"reason": "证号录错"}
    people = {"a_id": project.a_id, "b_id": project.b_id}
    bound = {"dossier_id": project.dossier_id, "number_id": number.id}
    made = kept(TitleTransfer(**(bound | people | facts | given)))
    printed = {"kind": FORM, "subject_id": number.id, "number": number.text, "version": 1}
    kept(IssuedPrint(**printed, content=content, hash=made.hash, printed_by="王磊", printed_at=NOW))
    names = ("name", "certificate_no", "quantity")
    rows = [
        kept(TransferLine(transfer_id=made.id, document_id=each.id, **{name: getattr(each, name) for name in names}))
        for each in documents
    ]
    if state is TransferState.complete:
        for party, user_id in ((Party.a, project.a_id), (Party.b, project.b_id), (Party.archivist, custodian.id)):
            for row in rows:
                make_tick(row, party, user_id)
            make_title_signature(made, party, user_id)
    return made


def make_tick(line: TransferLine, party: Party, user_id: int, **given: Any) -> TitleTick:
    facts = {"name": True, "certificate_no": True, "quantity": True, "ticked_at": NOW}
    return kept(TitleTick(line_id=line.id, party=party, ticked_by_id=user_id, **(facts | given)))


def make_title_signature(transfer: TitleTransfer, party: Party, user_id: int, **given: Any) -> TitleSignature:
    facts = {"grade": Grade.password_drawn, "hash": transfer.hash, "address": "10.0.0.8", "signed_at": NOW}
    facts |= {"drawing_id": make.make_upload(None, "signature").id}
    return kept(TitleSignature(transfer_id=transfer.id, party=party, signer_id=user_id, **(facts | given)))


def titles_in_vault(count: int = 1, project: Project | None = None, place: Location | None = None) -> list[int]:
    """Received by a complete list and laid into a safe today by a voucher carried out: their ids. Books and safe
    agree, no earlier day waits for being sealed."""
    project, place = project or make_lent_project(), place or make_place()
    custodian, witness = appoint_custodian(), make.user_called(WITNESS)
    documents = [make_title(project, S.verifying) for _each in range(count)]
    transfer = make_transfer(documents, project, TransferState.complete)
    voucher = kept(
        TitleVoucher(
            number_id=make.make_number("权证入库", "权入2026-").id,
            dossier_id=project.dossier_id,
            direction=Direction.into,
            purpose=Purpose.receipt,
            state=VoucherState.done,
            transfer_id=transfer.id,
            reason="移交入库",
            authority=transfer.number.text,
            asked_by_id=custodian.id,
            asked_at=NOW,
            custodian_id=custodian.id,
            witness_id=witness.id,
            done_at=utc_now(),
        )
    )
    for each in documents:
        line = {"document_id": each.id, "location_id": place.id, "open": False}
        kept(VoucherLine(voucher_id=voucher.id, **line))
        _into_safe(each.id, custodian.id, place.id, transfer.id, voucher.id)
    return [each.id for each in documents]


def _into_safe(document_id: int, custodian_id: int, location_id: int, transfer_id: int, voucher_id: int) -> None:
    with open_session() as db:
        document = db.get_one(TitleDocument, document_id)
        document.state = S.in_vault
        held = db.scalars(select(TitleCustody).filter_by(document_id=document_id, ends_at=None)).one()
        held.ends_at = now = utc_now()
        db.flush()
        moved = {"document_id": document_id, "starts_at": now, "caused_by": "许静"}
        in_hand = {"holder_id": custodian_id, "answers_id": custodian_id, "transfer_id": transfer_id}
        db.add(TitleCustody(**moved, **in_hand, ends_at=now, cause="received"))
        db.add(TitleCustody(**moved, location_id=location_id, voucher_id=voucher_id, cause="placed"))
        db.commit()


def ids_of_titles() -> dict[str, object]:
    """A title document with A, and a list that all three have signed."""
    project = make_lent_project()
    listed = make_title(project, S.verifying)
    transfer = make_transfer([listed], project, TransferState.complete)
    waiting = make_title(project)
    kept(TitleReminder(document_id=waiting.id, delay=Delay.alarm, told_at=NOW))
    return {"title_id": waiting.id, "transfer_id": transfer.id, "signing_party": "a"}
