"""Transfer lists as rows, and where one of them stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.credit.models import Client, Project, RoleChange
from crm.archive.credit.queries import visible
from crm.archive.dossiers.models import Appointment, Dossier, IssuedPrint
from crm.archive.handover.models import Party
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.vault import custody
from crm.archive.vault.models import (
    TitleDocument,
    TitleSignature,
    TitleState,
    TitleTick,
    TitleTransfer,
    TitleVoucher,
    TransferLine,
    TransferState,
)
from crm.archive.vault.transfers.standing import Standing
from crm.auth.actor import actor
from crm.auth.models import User
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.numbering import Number

A, B, Custodian, FileNumber = aliased(User), aliased(User), aliased(User), aliased(Number)


def standing_of(transfer_id: int, *, lock: bool = False) -> Standing:
    """404 for whoever neither is A or B nor oversees. `lock` before anything of it is changed."""
    if lock:
        session().execute(select(TitleTransfer.id).where(TitleTransfer.id == transfer_id).with_for_update())
        custody.hold([line.document_id for line in lines_of(transfer_id)])  # before A and B are read
    people = [joinedload(each) for each in (TitleTransfer.a, TitleTransfer.b, TitleTransfer.custodian)]
    parties = [joinedload(each) for each in (Project.a, Project.b, Project.client)]
    found = (
        select(TitleTransfer, Project)
        .join(Project, Project.dossier_id == TitleTransfer.dossier_id)
        .where(TitleTransfer.id == transfer_id, visible())
        .options(*people, *parties)
        .execution_options(populate_existing=lock)
    )
    row = session().execute(found).one_or_none() or abort(404)
    return gathered(row[0], row[1])


def gathered(transfer: TitleTransfer, project: Project) -> Standing:
    """`transfer` with A, B and custodian, `project` with A and B."""
    lines = lines_of(transfer.id)
    ticks, transferors = _ticks(lines), _transferors(project, transfer)
    appointed = _appointed(ticks, transferors)
    keeper = transfer.custodian or appointed
    names = {Party.a: transfer.a.full_name, Party.b: transfer.b.full_name}
    return Standing(
        transfer=transfer,
        project=project,
        actor_id=actor().user_id,
        custodian_id=appointed.id if appointed else None,
        names={**names, Party.archivist: keeper.full_name if keeper else ""},
        lines=lines,
        signatures=signatures_of(transfer.id),
        ticks=_newest(ticks, {transfer.a_id, transfer.b_id, keeper.id if keeper else 0}),
        transferors=transferors,
    )


def _ticks(lines: Sequence[TransferLine]) -> Sequence[TitleTick]:
    found = select(TitleTick).where(TitleTick.line_id.in_([line.id for line in lines]))
    return session().scalars(found.order_by(TitleTick.id)).all()


def _appointed(ticks: Sequence[TitleTick], transferors: Collection[int]) -> User | None:
    """The title custodian of today; of two the acting person, else whoever has compared already."""
    everybody = custody.custodians_on(business_day())
    people = [each for each in everybody if each.id not in transferors] or everybody
    compared = {tick.ticked_by_id for tick in ticks if tick.party is Party.archivist}
    own = [each for each in people if each.id == actor().user_id]
    return next(iter((*own, *(each for each in people if each.id in compared), *people)), None)


def _newest(ticks: Sequence[TitleTick], people: set[int]) -> dict[Party, dict[int, TitleTick]]:
    """Of each line by whoever is that party today: a new custodian compares anew."""
    newest: dict[Party, dict[int, TitleTick]] = {}
    for tick in ticks:
        if tick.ticked_by_id in people:
            newest.setdefault(tick.party, {})[tick.line_id] = tick
    return newest


def _transferors(project: Project, transfer: TitleTransfer) -> frozenset[int]:
    changes = session().execute(select(RoleChange.from_id, RoleChange.to_id).filter_by(project_id=project.id))
    own = (project.a_id, project.b_id, transfer.a_id, transfer.b_id)
    return frozenset({*own, *(who for change in changes for who in change)})


def lines_of(transfer_id: int) -> Sequence[TransferLine]:
    return session().scalars(select(TransferLine).filter_by(transfer_id=transfer_id).order_by(TransferLine.id)).all()


def signatures_of(transfer_id: int) -> Sequence[TitleSignature]:
    found = select(TitleSignature).filter_by(transfer_id=transfer_id).order_by(TitleSignature.id)
    return session().scalars(found.options(joinedload(TitleSignature.signer))).all()


def get_signature(standing: Standing, party: Party) -> TitleSignature:
    return standing.signature_of(party) or abort(404)


def upload_of(upload_id: int | None) -> Upload:
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one_or_none() or abort(404)


def printed_as(transfer: TitleTransfer) -> IssuedPrint:
    """What `/verify` knows the list by."""
    return session().scalars(select(IssuedPrint).filter_by(hash=transfer.hash)).one()


def receipt_of(transfer_id: int) -> TitleVoucher | None:
    """The voucher by which its documents go into the safe."""
    return session().scalars(select(TitleVoucher).filter_by(transfer_id=transfer_id)).one_or_none()


def find_by_number(number_id: int) -> TitleTransfer | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(select(TitleTransfer).filter_by(number_id=number_id)).one_or_none()


def may_see(number_id: int) -> bool:
    found = select(TitleTransfer.id).join(Project, Project.dossier_id == TitleTransfer.dossier_id)
    return session().scalar(found.where(TitleTransfer.number_id == number_id, visible())) is not None


def live_list_of(document_id: int) -> str:
    """The number of the list on which it is being verified, "" where there is none."""
    found = (
        select(Number.text)
        .join(TitleTransfer, TitleTransfer.number_id == Number.id)
        .join(TransferLine, TransferLine.transfer_id == TitleTransfer.id)
        .where(TransferLine.document_id == document_id, TitleTransfer.state == TransferState.issued)
    )
    return session().scalar(found) or ""


def to_list(dossier_id: int | None) -> Sequence[TitleDocument]:
    """What A has in hand and no list names."""
    found = select(TitleDocument).filter_by(dossier_id=dossier_id, state=TitleState.with_a)
    return session().scalars(found.order_by(TitleDocument.id)).all()


def transfers() -> Select[*tuple[Any, ...]]:
    """Of the projects one sees."""
    return (
        select(
            TitleTransfer.id,
            TitleTransfer.state,
            TitleTransfer.issued_at,
            TitleTransfer.completed_at,
            TitleTransfer.reason,
            TitleTransfer.dossier_id,
            Number.text.label("number"),
            Project.title.label("project"),
            Client.name.label("client"),
            func.coalesce(Dossier.code, FileNumber.text).label("file_number"),
            A.full_name.label("a"),
            B.full_name.label("b"),
            Custodian.full_name.label("custodian"),
            _counted(func.count(TransferLine.id)).label("documents"),
            _counted(func.sum(TransferLine.quantity)).label("pieces"),
        )
        .join(Number, Number.id == TitleTransfer.number_id)
        .join(Dossier, Dossier.id == TitleTransfer.dossier_id)
        .join(Project, Project.dossier_id == Dossier.id)
        .join(Client, Client.id == Project.client_id)
        .outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
        .outerjoin(FileNumber, FileNumber.id == ArchiveNumber.id)
        .join(A, A.id == TitleTransfer.a_id)
        .join(B, B.id == TitleTransfer.b_id)
        .outerjoin(Custodian, Custodian.id == TitleTransfer.custodian_id)
        .where(visible())
    )


def _counted(what: Any) -> Any:
    return select(what).where(TransferLine.transfer_id == TitleTransfer.id).correlate(TitleTransfer).scalar_subquery()


def transfers_of_project(dossier_id: int | None) -> Sequence[Any]:
    found = transfers().where(TitleTransfer.dossier_id == dossier_id).order_by(TitleTransfer.id.desc())
    return session().execute(found).all()


def waiting_for_me() -> Any:
    """Issued lists on which the acting person has not signed yet, as A, B or the title custodian of today."""
    signed = select(TitleSignature.id).where(
        TitleSignature.transfer_id == TitleTransfer.id, TitleSignature.signer_id == actor().user_id
    )
    mine = or_(
        Project.a_id == actor().user_id,
        Project.b_id == actor().user_id,
        custody.appointed_on(business_day()).where(Appointment.user_id == actor().user_id).exists(),
    )
    return (TitleTransfer.state == TransferState.issued) & mine & ~signed.exists()
