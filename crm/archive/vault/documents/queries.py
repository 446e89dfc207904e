"""Title documents as rows of the ledger, for today and any past day; and what hangs on one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased, joinedload

from crm.archive.credit.models import Client, Collateral, Project
from crm.archive.credit.queries import visible
from crm.archive.dossiers.models import Dossier, Location
from crm.archive.dossiers.models.custody import TITLES_ONLY
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.vault.custody import LOST, NOBODYS, OBTAINED, RELEASED, REPLACED, appointed_on, end_of
from crm.archive.vault.models import (
    CountState,
    Delay,
    TitleCustody,
    TitleDocument,
    TitleReminder,
    TitleState,
    TitleTransfer,
    TitleVoucher,
    TransferLine,
    VaultCount,
)
from crm.auth.actor import actor
from crm.auth.models import User, UserRole
from crm.auth.permissions import Permission, RoleName
from crm.dates import business_day
from crm.db import session
from crm.numbering import Number

S = TitleState
ON_THE_WAY = (S.with_a, S.verifying, S.received)  # obtained, not yet in the vault
Holder, Answers = aliased(User), aliased(User)


def withheld() -> ColumnElement[bool]:
    """It lies in a safe that is being counted, and the acting person may count: the books are shown afterwards."""
    if not actor().may(Permission.title_witness):
        return false()
    counted = select(VaultCount.safe_id).where(VaultCount.state == CountState.open)
    lies = (
        select(TitleCustody.id)
        .join(Location, Location.id == TitleCustody.location_id)
        .where(TitleCustody.document_id == TitleDocument.id, TitleCustody.ends_at.is_(None))
        .where(or_(Location.id.in_(counted), Location.parent_id.in_(counted)))
        .correlate(TitleDocument)
    )
    return lies.exists()


def is_blind() -> bool:
    """Whether the acting person may count and some safe is being counted."""
    counted = select(VaultCount.id).where(VaultCount.state == CountState.open).limit(1)
    return actor().may(Permission.title_witness) and session().scalar(counted) is not None


def withheld_of(dossier_id: int | None) -> int:
    """How many of one title file."""
    found = select(func.count(TitleDocument.id)).where(TitleDocument.dossier_id == dossier_id, withheld())
    return session().scalar(found) or 0


def is_withheld(document: TitleDocument) -> bool:
    return session().scalar(select(TitleDocument.id).where(TitleDocument.id == document.id, withheld())) is not None


def with_former(project: Project) -> Sequence[Any]:
    """Obtained, and in somebody's hands who is A no more: documents with the holder's id and name."""
    held = (
        select(TitleDocument, TitleCustody.holder_id, Holder.full_name.label("holder"))
        .join(TitleCustody, and_(TitleCustody.document_id == TitleDocument.id, TitleCustody.ends_at.is_(None)))
        .join(Holder, Holder.id == TitleCustody.holder_id)
        .where(TitleDocument.dossier_id == project.dossier_id, TitleDocument.state.in_((S.with_a, S.verifying)))
        .where(TitleCustody.holder_id != project.a_id)
    )
    return session().execute(held.order_by(TitleDocument.id)).all()


def documents_of(dossier_id: int | None) -> Sequence[Any]:
    """Of one title file, as rows of the ledger of today, the void ones last."""
    order = (case((TitleDocument.state == S.void, 1), else_=0), TitleDocument.id)
    return (
        session().execute(ledger(business_day()).where(TitleDocument.dossier_id == dossier_id).order_by(*order)).all()
    )


def get_title(title_id: int) -> tuple[TitleDocument, Project]:
    """With its project, A and B; 404 for whoever neither is A or B nor oversees."""
    whole = joinedload(Project.a), joinedload(Project.b), joinedload(Project.client)
    dossier = joinedload(Project.dossier).joinedload(Dossier.number)
    found = (
        select(TitleDocument, Project)
        .join(Project, Project.dossier_id == TitleDocument.dossier_id)
        .where(TitleDocument.id == title_id, visible())
        .options(*whole, dossier)
    )
    row = session().execute(found).one_or_none() or abort(404)
    return row[0], row[1]


def same_certificate(document: TitleDocument) -> str:
    return same_number(document.certificate_no, besides=document.id or 0)


def same_number(certificate_no: str, *, besides: int = 0) -> str:
    """In words what stands under this number already, of whatever kind, or ""; of a project one does not see no more
    than that it is there."""
    found = (
        select(TitleDocument.id, TitleDocument.name, TitleDocument.entered_by, Project.title, visible().label("mine"))
        .join(Project, Project.dossier_id == TitleDocument.dossier_id)
        .where(
            TitleDocument.certificate_no == certificate_no,
            TitleDocument.state.not_in((S.void, S.released, S.replaced)),
            TitleDocument.id != besides,
        )
    )
    row = session().execute(found.limit(1)).one_or_none()
    if row is None:
        return ""
    if not row.mine:
        return _("This certificate number is entered already, in another project. Ask the title custodian.")
    return _(
        "This certificate number is entered already: %(name)s in %(project)s, by %(who)s (%(page)s).",
        name=row.name,
        page=f"/archive/vault/documents/{row.id}",
        project=row.title,
        who=row.entered_by,
    )


def ids_of(dossier_id: int) -> Sequence[int]:
    return session().scalars(select(TitleDocument.id).where(TitleDocument.dossier_id == dossier_id)).all()


def has_documents(dossier_id: int) -> bool:
    """Whether anything is kept under the dossier's number: what is void or only expected is not (A-09)."""
    kept = TitleDocument.state.not_in((S.expected, S.void))
    found = select(TitleDocument.id).where(TitleDocument.dossier_id == dossier_id, kept)
    return session().scalar(found.limit(1)) is not None


def replaced_by(document: TitleDocument) -> TitleDocument | None:
    """The old certificate in whose place it came back."""
    return session().get(TitleDocument, document.replaces_id) if document.replaces_id else None


def successor_of(document_id: int) -> TitleDocument | None:
    """The new certificate that came back in its place."""
    return session().scalars(select(TitleDocument).filter_by(replaces_id=document_id)).one_or_none()


def in_hands(dossier_id: int, user_id: int) -> list[int]:
    """The ids of those on their way to the custodian that the person holds."""
    held = (
        select(TitleDocument.id)
        .join(TitleCustody, TitleCustody.document_id == TitleDocument.id)
        .where(
            TitleDocument.dossier_id == dossier_id,
            TitleDocument.state.in_((S.with_a, S.verifying)),
            TitleCustody.ends_at.is_(None),
            TitleCustody.holder_id == user_id,
        )
    )
    return list(session().scalars(held))


def placed_at(document_id: int) -> Any:
    """The moment it was first laid into a safe; None before."""
    first = select(func.min(TitleCustody.starts_at)).where(
        TitleCustody.document_id == document_id, TitleCustody.location_id.is_not(None)
    )
    return session().scalar(first)


def transfers_of(document_id: int) -> Sequence[TitleTransfer]:
    """The lists it stands or stood on, the newest first."""
    found = select(TitleTransfer).join(TransferLine, TransferLine.transfer_id == TitleTransfer.id)
    return (
        session().scalars(found.where(TransferLine.document_id == document_id).order_by(TitleTransfer.id.desc())).all()
    )


def collateral_of(document: TitleDocument) -> Collateral | None:
    return session().get(Collateral, document.collateral_id) if document.collateral_id else None


def collateral_in_words(documents: Iterable[TitleDocument]) -> dict[int | None, str]:
    """By its id, with the certificate number it was entered with."""
    wanted = {each.collateral_id for each in documents} - {None}
    found = session().scalars(select(Collateral).where(Collateral.id.in_(wanted)))
    return {each.id: " · ".join(filter(None, (each.description, each.owner, each.certificate_no))) for each in found}


# The ledger


def ledger(day: date) -> Select[*tuple[Any, ...]]:
    """权证台帐 at the end of that day: each title document that was entered by then, where it was and who answered."""
    end = end_of(day)
    return (
        select(*_told_of(day))
        .select_from(TitleDocument)
        .join(Dossier, Dossier.id == TitleDocument.dossier_id)
        .join(Project, Project.dossier_id == Dossier.id)
        .join(Client, Client.id == Project.client_id)
        .outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
        .outerjoin(Number, Number.id == ArchiveNumber.id)
        .outerjoin(TitleCustody, and_(TitleCustody.document_id == TitleDocument.id, _open_at(end)))
        .outerjoin(Location, Location.id == TitleCustody.location_id)
        .outerjoin(Holder, Holder.id == TitleCustody.holder_id)
        .outerjoin(Answers, Answers.id == TitleCustody.answers_id)
        .outerjoin(TitleVoucher, and_(TitleVoucher.id == TitleCustody.voucher_id, TitleCustody.outside != ""))
        .where(visible(), TitleDocument.entered_at < end, ~withheld())
    )


def _told_of(day: date) -> tuple[Any, ...]:
    return (
        TitleDocument.id,
        TitleDocument.kind,
        TitleDocument.name,
        TitleDocument.certificate_no,
        TitleDocument.quantity,
        TitleDocument.owner,
        TitleDocument.issued_by,
        TitleDocument.obtained_at,
        TitleDocument.dossier_id,
        TitleDocument.void_reason,
        state_on(day).label("state"),
        Project.id.label("project_id"),
        Project.title.label("project"),
        Client.name.label("client"),
        func.coalesce(Dossier.code, Number.text).label("number"),
        Location.path.label("location"),
        Holder.full_name.label("holder"),
        TitleCustody.outside,
        TitleCustody.starts_at.label("since"),
        _answers(day).label("answers"),
        placed(end_of(day)).label("placed_at"),
        TitleVoucher.back_on,
    )


def _open_at(end: Any) -> ColumnElement[bool]:
    """The interval that the moment before `end` lies in; of two that ended at once, the later one."""
    return and_(TitleCustody.starts_at < end, or_(TitleCustody.ends_at.is_(None), TitleCustody.ends_at >= end))


def _answers(day: date) -> ColumnElement[str | None]:
    """At a place, and outside where nobody else is named, the custodians answer; once the client has it, nobody."""
    nobody = or_(TitleCustody.id.is_(None), TitleCustody.cause.in_(NOBODYS))
    return case(
        (nobody, cast(null(), String)),
        (TitleCustody.answers_id.is_not(None), Answers.full_name),
        else_=_custodians(day).scalar_subquery(),
    )


def _custodians(day: date) -> Select[str]:
    """Their names; of a deputy beside the custodian too."""
    appointed = select(User.full_name).where(User.id.in_(appointed_on(day))).order_by(User.id).subquery("appointed")
    return select(func.aggregate_strings(appointed.c.full_name, "、"))


def state_on(day: date) -> ColumnElement[TitleState]:
    """Today's as it stands; of a past day, where it was by its custody: what was on a list then was with A."""
    if day >= business_day():
        return TitleDocument.state.expression
    over = or_(TitleDocument.obtained_at.is_(None), TitleDocument.obtained_at < end_of(day))
    states = case(
        (TitleCustody.location_id.is_not(None), literal(S.in_vault.value)),
        (TitleCustody.cause == RELEASED, literal(S.released.value)),
        (TitleCustody.cause == LOST, literal(S.lost.value)),
        (TitleCustody.outside != "", literal(S.out.value)),
        (TitleCustody.cause.in_((OBTAINED, REPLACED)), literal(S.with_a.value)),
        (TitleCustody.id.is_not(None), literal(S.received.value)),
        (and_(TitleDocument.state == S.void, over), literal(S.void.value)),
        (and_(TitleDocument.state == S.replaced, over), literal(S.replaced.value)),
        else_=literal(S.expected.value),
    )
    return type_coerce(states, TitleDocument.state.type)


def placed(before: datetime | None = None) -> ColumnElement[Any]:
    """When it was first laid into a safe; `before` that moment, as far as that was known then."""
    first = aliased(TitleCustody)
    laid = select(func.min(first.starts_at)).where(
        first.document_id == TitleDocument.id, first.location_id.is_not(None), *_known(first, before)
    )
    return laid.correlate(TitleDocument).scalar_subquery()


def _known(first: Any, before: datetime | None) -> Sequence[ColumnElement[bool]]:
    return [first.starts_at < before] if before is not None else []


def safes() -> dict[int, str]:
    """Safes and their slots, by name."""
    found = select(Location.id, Location.path).where(Location.kind.in_(TITLES_ONLY)).order_by(Location.path)
    return {row.id: row.path for row in session().execute(found)}


# What is late


def late(latest_obtained: date) -> ColumnElement[bool]:
    """Obtained on that day or before and not in the vault yet."""
    return and_(TitleDocument.state.in_(ON_THE_WAY), TitleDocument.obtained_at < end_of(latest_obtained))


def late_on(day: date, latest_obtained: date) -> ColumnElement[bool]:
    """Of a row of that day's ledger."""
    return and_(state_on(day).in_(ON_THE_WAY), TitleDocument.obtained_at < end_of(latest_obtained))


def to_tell(delay: Delay, latest_obtained: date) -> Sequence[Any]:
    """Late and not yet told: document and whom it concerns. What a breach was told of is no alarm any more."""
    told = select(TitleReminder.document_id).where(TitleReminder.document_id == TitleDocument.id)
    if delay is Delay.breach:
        told = told.where(TitleReminder.delay == delay)
    named = TitleDocument.id, TitleDocument.name, TitleDocument.certificate_no
    found = (
        select(*named, Project.title, Project.a_id, Project.b_id)
        .join(Project, Project.dossier_id == TitleDocument.dossier_id)
        .where(late(latest_obtained), ~told.exists())
    )
    return session().execute(found.order_by(TitleDocument.id)).all()


def general_managers() -> set[int]:
    found = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    return set(session().scalars(found.where(UserRole.role == RoleName.general_manager, User.active)))
