"""Look-ups of vouchers, kept to the projects one sees, and gathering where one stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.archive.credit.models import Collateral, Project
from crm.archive.credit.queries import ever_transferors, freeing_papers, visible
from crm.archive.dossiers.content import number_of
from crm.archive.dossiers.models import Dossier, Location
from crm.archive.vault.counts.queries import unsealed_days
from crm.archive.vault.custody import hold
from crm.archive.vault.documents.queries import collateral_in_words
from crm.archive.vault.incidents.queries import losses
from crm.archive.vault.keeping import custodians, hold_vault, named, safe_of
from crm.archive.vault.models import (
    CountState,
    DayEnd,
    OutReminder,
    Outstay,
    Presence,
    Prolongation,
    Purpose,
    TitleCustody,
    TitleDocument,
    TitleState,
    TitleVoucher,
    VaultCount,
    VoucherLine,
    VoucherState,
)
from crm.archive.vault.models.voucher import FOR_A_TIME
from crm.archive.vault.vouchers.figures import MINUTES
from crm.archive.vault.vouchers.path import MOVABLE
from crm.archive.vault.vouchers.standing import Papers, Standing
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import business_day, utc_now
from crm.db import session
from crm.files.models import Upload
from crm.identity import mask_id_number
from crm.numbering import Number
from crm.secrecy import unseal

Asker, Keeper, Second = aliased(User), aliased(User), aliased(User)
LINES = selectinload(TitleVoucher.lines)
LIVE = (VoucherState.asked, VoucherState.ready)


def get_voucher(voucher_id: int, *, lock: bool = False) -> Standing:
    """404 for whoever neither is A or B nor oversees. `lock` before anything of it is changed: the voucher, the vault
    and its documents are held, and read anew."""
    if lock:
        session().execute(select(TitleVoucher.id).where(TitleVoucher.id == voucher_id).with_for_update())
        hold_vault()
    found = _whole().join(Project, Project.dossier_id == TitleVoucher.dossier_id)
    mine = found.where(TitleVoucher.id == voucher_id, visible())
    voucher = session().scalars(mine.execution_options(populate_existing=lock)).one_or_none() or abort(404)
    if lock:
        hold([line.document_id for line in voucher.lines])
    return standing_of(voucher)


def find_voucher(voucher_id: int) -> TitleVoucher | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole().where(TitleVoucher.id == voucher_id)).one_or_none()


def _whole() -> Select[TitleVoucher]:
    people = (TitleVoucher.asked_by, TitleVoucher.decided_by, TitleVoucher.custodian, TitleVoucher.witness)
    lines = LINES.joinedload(VoucherLine.document), LINES.joinedload(VoucherLine.location)
    return select(TitleVoucher).options(*(joinedload(each) for each in people), *lines)


def to_confirm() -> list[Standing]:
    """Vouchers that wait for two people, the oldest first."""
    found = _whole().join(Project, Project.dossier_id == TitleVoucher.dossier_id)
    ready = found.where(TitleVoucher.state == VoucherState.ready, visible()).order_by(TitleVoucher.id)
    return standings_of(session().scalars(ready).all())


def standing_of(voucher: TitleVoucher) -> Standing:
    """`voucher` comes whole."""
    [standing] = standings_of([voucher])
    return standing


def standings_of(vouchers: Sequence[TitleVoucher]) -> list[Standing]:
    """In as many statements for one as for all of them."""
    if not vouchers:
        return []
    documents = [line.document_id for voucher in vouchers for line in voucher.lines]
    places, presences = places_now(documents), _newest([voucher.id for voucher in vouchers])
    projects = _projects([voucher.dossier_id for voucher in vouchers])
    lay = places_before([each.id for each in vouchers if each.state is VoucherState.done])
    lost, counted, proofs = losses(documents), _counted(), _proofs(vouchers, projects)
    papers, own = _papers(vouchers, proofs.values()), ever_transferors([each.id for each in projects.values()])
    done = [each.id for each in vouchers if each.back_on is not None and each.state is VoucherState.done]
    longer, out = _prolongations(done), _out_by(done)
    common = _common() | {
        "names": named({each.user_id for each in presences}),
        "proofs": proofs,
        "shas": papers,
        "collateral": collateral_in_words(line.document for each in vouchers for line in each.lines),
    }
    return [
        Standing(
            voucher=each,
            lines=[line for line in each.lines if line.ended_by_id is None],
            project=projects[each.dossier_id],
            number=number_of(dossier) if (dossier := projects[each.dossier_id].dossier) else "",
            presences=[word for word in presences if word.voucher_id == each.id],
            prolongation=longer.get(each.id),
            last_out=each.id in out,
            transferors=frozenset(own[projects[each.dossier_id].id]),
            losses={line.document_id: lost[line.document_id] for line in each.lines if line.document_id in lost},
            counted=[path for key, path in counted.items() if key in _safes(each, places)],
            where=_paths(lay[each.id] if each.state is VoucherState.done else places),
            papers=_attached(each, papers),
            id_masked=masked(each),
            **common,
        )
        for each in vouchers
    ]


def _common() -> dict[str, Any]:
    return {
        "actor_id": actor().user_id,
        "custodians": frozenset(custodians()),
        "may_witness": actor().may(Permission.title_witness),
        "now": utc_now(),
        "minutes": MINUTES.on(business_day()),
        "day_sealed": _is_sealed(),
        "unsealed": next((day for day in unsealed_days() if day < business_day()), None),
    }


def _attached(voucher: TitleVoucher, papers: Mapping[int | None, str]) -> Papers:
    keys = {"proof": voucher.proof_id, "power": voucher.power_id, "receipt": voucher.receipt_id}
    return Papers(**{name: papers.get(key, "") for name, key in keys.items()})


def _paths(places: Mapping[int, Location]) -> dict[int, str]:
    return {key: place.path for key, place in places.items()}


def _projects(dossier_ids: Sequence[int]) -> dict[int, Project]:
    found = select(Project).where(Project.dossier_id.in_(dossier_ids))
    whole = found.options(joinedload(Project.client), joinedload(Project.dossier).joinedload(Dossier.number))
    return {each.dossier_id: each for each in session().scalars(whole) if each.dossier_id}


def _safes(voucher: TitleVoucher, places: Mapping[int, Location]) -> set[int]:
    """That its documents lie in, or are laid into."""
    lies = [places[line.document_id] for line in voucher.lines if line.document_id in places]
    return {safe_of(place) for place in (*lies, *(line.location for line in voucher.lines if line.location))}


def places_now(document_ids: Sequence[int]) -> dict[int, Location]:
    """Where each document lies in a safe; what is elsewhere is left out."""
    found = select(TitleCustody.document_id, Location).join(Location, Location.id == TitleCustody.location_id)
    held = found.where(TitleCustody.document_id.in_(document_ids), TitleCustody.ends_at.is_(None))
    return {row.document_id: row.Location for row in session().execute(held)}


def places_before(voucher_ids: Sequence[int]) -> dict[int, dict[int, Location]]:
    """Voucher -> where in a safe each of its documents lay until it was carried out."""
    after, older = aliased(TitleCustody), aliased(TitleCustody)
    last = select(func.max(older.id)).where(older.document_id == after.document_id, older.id < after.id)
    found = select(after.voucher_id, TitleCustody.document_id, Location).join(
        Location, Location.id == TitleCustody.location_id
    )
    held = found.join(after, TitleCustody.id == last.correlate(after).scalar_subquery())
    lay: dict[int, dict[int, Location]] = defaultdict(dict)
    for row in session().execute(held.where(after.voucher_id.in_(voucher_ids))):
        lay[row.voucher_id][row.document_id] = row.Location
    return lay


def _newest(voucher_ids: Sequence[int]) -> Sequence[Presence]:
    """The last word of each part."""
    words = select(func.max(Presence.id)).where(Presence.voucher_id.in_(voucher_ids))
    last = words.group_by(Presence.voucher_id, Presence.part)
    return session().scalars(select(Presence).where(Presence.id.in_(last)).order_by(Presence.id)).all()


def _proofs(vouchers: Sequence[TitleVoucher], projects: Mapping[int, Project]) -> dict[int, int]:
    """Document -> the upload that frees it: the project's, or of the release of the collateral it belongs to."""
    released = [each for each in vouchers if each.purpose is Purpose.release]
    papers = freeing_papers([projects[each.dossier_id].id for each in released])
    documents = {line.document for voucher in released for line in voucher.lines}
    wanted = {each.collateral_id for each in documents} - {None}
    free = select(Collateral.id, Collateral.end_evidence_id).where(Collateral.id.in_(wanted))
    own = {row.id: row.end_evidence_id for row in session().execute(free.where(Collateral.ended_at.is_not(None)))}
    found = {each.id: papers.get(projects[each.dossier_id].id) or own.get(each.collateral_id) for each in documents}
    return {key: proof for key, proof in found.items() if proof is not None}


def _prolongations(voucher_ids: Sequence[int]) -> dict[int, Prolongation]:
    """Asked for and not decided."""
    found = select(Prolongation).where(Prolongation.voucher_id.in_(voucher_ids), Prolongation.decided_at.is_(None))
    return {each.voucher_id: each for each in session().scalars(found.options(joinedload(Prolongation.asked_by)))}


def _out_by(voucher_ids: Sequence[int]) -> set[int]:
    """Of these the vouchers by which a document is outside now."""
    found = (
        select(TitleCustody.voucher_id)
        .join(TitleDocument, TitleDocument.id == TitleCustody.document_id)
        .where(TitleCustody.voucher_id.in_(voucher_ids), TitleCustody.ends_at.is_(None))
        .where(TitleDocument.state == TitleState.out)
    )
    return {key for key in session().scalars(found) if key}


def still_out(back_on: date, outstay: Outstay) -> Sequence[Any]:
    """Vouchers by which a document is outside though it was to be back by that day or before; not told of yet."""
    told = select(OutReminder.voucher_id).where(
        OutReminder.voucher_id == TitleVoucher.id,
        OutReminder.back_on == TitleVoucher.back_on,
        OutReminder.outstay == outstay,
    )
    out = select(TitleCustody.id).where(TitleCustody.voucher_id == TitleVoucher.id, TitleCustody.ends_at.is_(None))
    named = TitleVoucher.id, Number.text.label("number"), TitleVoucher.back_on, TitleVoucher.receiver
    people = TitleVoucher.asked_by_id, TitleVoucher.decided_by_id
    found = select(*named, *people).join(Number, Number.id == TitleVoucher.number_id)
    late = found.where(
        TitleVoucher.state == VoucherState.done, TitleVoucher.purpose.in_(FOR_A_TIME), out.exists(), ~told.exists()
    )
    return session().execute(late.where(TitleVoucher.back_on <= back_on).order_by(TitleVoucher.id)).all()


def _counted() -> dict[int, str]:
    """Safes that are being counted, by name: nothing moves there."""
    found = select(Location.id, Location.path).join(VaultCount, VaultCount.safe_id == Location.id)
    open_now = found.where(VaultCount.state == CountState.open).order_by(Location.path)
    return {row.id: row.path for row in session().execute(open_now)}


def _is_sealed() -> bool:
    """Whether today's end was written: what comes now belongs to the next day."""
    return session().scalar(select(DayEnd.id).where(DayEnd.day == business_day())) is not None


def _papers(vouchers: Sequence[TitleVoucher], proofs: Collection[int]) -> dict[int | None, str]:
    """The SHA-256 of what is attached, and of what frees the documents."""
    lines = {line.proof_id for voucher in vouchers for line in voucher.lines}
    attached = {key for each in vouchers for key in (each.proof_id, each.power_id, each.receipt_id)}
    keys = (attached | lines | set(proofs)) - {None}
    found = session().execute(select(Upload.id, Upload.sha256).where(Upload.id.in_(keys)))
    return {row.id: row.sha256 for row in found}


def masked(voucher: TitleVoucher) -> str:
    if not voucher.receiver_sealed:
        return ""
    return mask_id_number(unseal(bytes.fromhex(voucher.receiver_sealed)))


def get_paper(voucher: TitleVoucher, what: str) -> Upload:
    """404 for a paper that it does not have; `proof-7` is that of its document 7."""
    papers = {"proof": voucher.proof_id, "power": voucher.power_id, "receipt": voucher.receipt_id}
    lines = {f"proof-{document}": proof for document, proof in standing_of(voucher).proofs.items()}
    key = (papers | lines | {"scan": voucher.scan_id}).get(what) or abort(404)
    return session().get_one(Upload, key, options=[joinedload(Upload.stored)])


def on_voucher(document_ids: Sequence[int], *, besides: Purpose | None = None) -> dict[int, str]:
    """Documents that stand on a voucher not ended yet, other than for that purpose: its number."""
    found = (
        select(VoucherLine.document_id, Number.text)
        .join(TitleVoucher, TitleVoucher.id == VoucherLine.voucher_id)
        .join(Number, Number.id == TitleVoucher.number_id)
    )
    live = found.where(VoucherLine.open, VoucherLine.document_id.in_(document_ids))
    if besides is not None:
        live = live.where(TitleVoucher.purpose != besides)
    return {row.document_id: row.text for row in session().execute(live)}


def may_ask(project: Project) -> bool:
    """Whether the acting person makes out vouchers for the project: A, B, or the title custodian of today."""
    return project.is_transferor(actor().user_id) or actor().user_id in custodians()


def movable(dossier_id: int) -> Sequence[TitleDocument]:
    """What a voucher can be made out for, whatever it stands on already."""
    found = select(TitleDocument).where(TitleDocument.dossier_id == dossier_id, TitleDocument.state.in_(MOVABLE))
    return session().scalars(found.order_by(TitleDocument.id)).all()


def listed() -> Select[*tuple[Any, ...]]:
    """All vouchers of the projects one sees."""
    count = select(func.count(VoucherLine.id)).where(VoucherLine.voucher_id == TitleVoucher.id).scalar_subquery()
    return (
        select(
            TitleVoucher.id,
            Number.text.label("number"),
            TitleVoucher.direction,
            TitleVoucher.purpose,
            TitleVoucher.state,
            TitleVoucher.asked_at,
            TitleVoucher.done_at,
            TitleVoucher.back_on,
            TitleVoucher.receiver,
            TitleVoucher.scan_id,
            Project.title.label("project"),
            count.label("documents"),
            Asker.full_name.label("asker"),
            Keeper.full_name.label("custodian"),
            Second.full_name.label("witness"),
        )
        .select_from(TitleVoucher)
        .join(Number, Number.id == TitleVoucher.number_id)
        .join(Project, Project.dossier_id == TitleVoucher.dossier_id)
        .join(Asker, Asker.id == TitleVoucher.asked_by_id)
        .outerjoin(Keeper, Keeper.id == TitleVoucher.custodian_id)
        .outerjoin(Second, Second.id == TitleVoucher.witness_id)
        .where(visible())
    )


def waiting() -> Sequence[Any]:
    """Not ended yet, the oldest first."""
    return session().execute(listed().where(TitleVoucher.state.in_(LIVE)).order_by(TitleVoucher.id)).all()


def late_outside(day: date) -> int:
    """How many documents are out past the day by which they were to be back."""
    late = outside().where(TitleVoucher.back_on < day).order_by(None).subquery()
    return session().scalar(select(func.count()).select_from(late)) or 0


def outside() -> Select[*tuple[Any, ...]]:
    """Documents that are out for a time, with the voucher that took each out last."""
    last = (
        select(func.max(VoucherLine.voucher_id))
        .join(TitleVoucher, TitleVoucher.id == VoucherLine.voucher_id)
        .where(VoucherLine.document_id == TitleDocument.id, TitleVoucher.state == VoucherState.done)
        .where(TitleVoucher.purpose.in_(FOR_A_TIME))
        .correlate(TitleDocument)
        .scalar_subquery()
    )
    return (
        select(
            TitleDocument.id,
            TitleDocument.certificate_no,
            TitleDocument.name,
            TitleVoucher.id.label("voucher_id"),
            Number.text.label("number"),
            TitleVoucher.purpose,
            TitleVoucher.receiver,
            TitleVoucher.back_on,
            Project.title.label("project"),
        )
        .select_from(TitleDocument)
        .join(TitleVoucher, TitleVoucher.id == last)
        .join(Number, Number.id == TitleVoucher.number_id)
        .join(Project, Project.dossier_id == TitleDocument.dossier_id)
        .where(TitleDocument.state == TitleState.out, visible())
        .order_by(TitleVoucher.back_on, TitleDocument.id)
    )
