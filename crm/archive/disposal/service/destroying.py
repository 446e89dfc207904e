"""The destruction itself: tombstones, the dossiers' end, and their files taken off the disk afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Select, exists, func, or_, select, union_all, update

from crm.archive.disposal.events import FilesWiped
from crm.archive.disposal.models import DisposalLine, DisposalList, Tombstone
from crm.archive.disposal.service.steps import NOTHING_SAID, STEPS, Said, tell, to_destroy
from crm.archive.dossiers.content import content_hash
from crm.archive.dossiers.events import DossierDestroyed
from crm.archive.dossiers.models import Attachment, AttachmentRelease, Correction, Item, Rendition
from crm.archive.dossiers.queries import is_removed
from crm.archive.dossiers.service.destroying import destroy as end
from crm.archive.dossiers.service.destroying import hold_for_good
from crm.audit.log import plain, record
from crm.dates import business_day
from crm.db import Base, session, unit_of_work
from crm.errors import DomainError
from crm.files.models import StoredFile, Upload
from crm.files.queries import is_wiped
from crm.files.store import hold, wipe
from crm.steps.taking import NOW

AT_ONCE = 50  # files wiped in one unit of work


def destroy(found: DisposalList, said: Said = NOTHING_SAID) -> None:
    """All of the list or nothing. Nobody changes or lends the dossiers meanwhile; what holds them is asked after."""
    dossiers = {each.id: each for each in hold_for_good([line.dossier_id for line in to_destroy(found)])}
    lines, number = to_destroy(found), found.number
    expect_as_counted(lines)
    STEPS.take(found, "destroy", said, destroyer_id=g.actor.user_id, destroyed_at=NOW)
    for line in lines:
        stone = _bury(found, line)
        told: dict[str, Any] = {"number": number, "items": stone.items, "pages": stone.pages, "hash": stone.hash}
        end(dossiers[line.dossier_id], DossierDestroyed(dossier_id=line.dossier_id, **told))
    session().execute(update(DisposalLine).where(DisposalLine.list_id == found.id).values(live=False))
    tell(found, "destroy", said)


def _bury(found: DisposalList, line: DisposalLine) -> Tombstone:
    content = _content(found, line)
    stone = Tombstone(
        dossier_id=line.dossier_id,
        list_id=found.id,
        code=line.code,
        title=line.title,
        items=len(content["items"]),
        pages=line.pages,
        content=content,
        hash=content_hash(content),
        destroyed_at=found.destroyed_at,
    )
    session().add(stone)
    session().flush()
    return stone


def _content(found: DisposalList, line: DisposalLine) -> dict[str, Any]:
    """Codes, titles, pages and the hashes of the files: what the law wants to stay of it, no more."""
    return {
        "list": found.number,
        "code": line.code,
        "title": line.title,
        "volumes": line.volumes,
        "years": [line.from_year, line.to_year],
        "kept": [plain(line.kept_since), plain(line.kept_until)],
        "destroyed_on": plain(business_day()),
        "items": lying_in(line.dossier_id),
    }


def lying_in(dossier_id: int) -> list[dict[str, Any]]:
    """What was removed is not there."""
    lying = select(Item).where(Item.dossier_id == dossier_id, ~is_removed()).order_by(Item.code, Item.id)
    files = _files(dossier_id)
    return [
        {"code": item.code or "", "title": item.title, "pages": item.pages, "files": files[item.id]}
        for item in session().scalars(lying)
    ]


def freeze(lines: Sequence[DisposalLine]) -> None:
    """Once they are counted: what comes in later is not what was counted."""
    for line in lines:
        line.content = _hash_of(line)


def expect_as_counted(lines: Sequence[DisposalLine]) -> None:
    """Raises `DomainError` naming what has changed since the first count."""
    if changed := [line.code for line in lines if line.content and line.content != _hash_of(line)]:
        codes = ", ".join(changed)
        raise DomainError(
            _(
                "What lies in %(codes)s has changed since it was counted. Withdraw the list, and propose it anew.",
                codes=codes,
            )
        )


def _hash_of(line: DisposalLine) -> str:
    return content_hash({"items": lying_in(line.dossier_id)})


def _files(dossier_id: int) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(Rendition.item_id, StoredFile.sha256, StoredFile.sm3, StoredFile.size)
        .join(Upload, Upload.id == Rendition.upload_id)
        .join(StoredFile, StoredFile.sha256 == Upload.sha256)
        .join(Item, Item.id == Rendition.item_id)
        .where(Item.dossier_id == dossier_id)
        .order_by(Rendition.id)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in session().execute(query):
        found[row.item_id].append({"sha256": row.sha256, "sm3": row.sm3, "size": row.size})
    return found


# Wiping


def to_wipe() -> Select[*tuple[Any, ...]]:
    """(sha256, list_id, number) of bytes that only destroyed dossiers have, still on the disk."""
    own = _of_dossiers().subquery()
    theirs = (
        select(Upload.sha256, DisposalList.id.label("list_id"), DisposalList.number)
        .join(own, own.c.upload_id == Upload.id)
        .join(Tombstone, Tombstone.dossier_id == own.c.dossier_id)
        .join(DisposalList, DisposalList.id == Tombstone.list_id)
        .distinct()
    )
    return theirs.where(~is_wiped(Upload.sha256), ~_used_elsewhere()).order_by(Upload.sha256, DisposalList.id)


def _of_dossiers() -> CompoundSelect[int, int]:
    """(upload_id, dossier_id) of what is a dossier's own: documents' files, receipts, evidence of corrections."""
    documents = select(Rendition.upload_id, Item.dossier_id).join(Item, Item.id == Rendition.item_id)
    receipts = select(AttachmentRelease.upload_id, Attachment.dossier_id).join(
        Attachment, Attachment.id == AttachmentRelease.attachment_id
    )
    return union_all(documents, receipts, select(Correction.evidence_id, Correction.dossier_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Of a destroyed list: taken off the disk, kept because something else has them, still to be taken off."""

    wiped: int
    kept: int
    waiting: int


def files_of(list_id: int) -> Files:
    own = _of_dossiers().subquery()
    theirs = select(Upload.sha256).join(own, own.c.upload_id == Upload.id)
    found = theirs.join(Tombstone, Tombstone.dossier_id == own.c.dossier_id).where(Tombstone.list_id == list_id)
    gone = is_wiped(Upload.sha256)
    counts = [
        session().scalar(select(func.count()).select_from(found.where(*which).distinct().subquery())) or 0
        for which in ((gone,), (~gone, _used_elsewhere()), (~gone, ~_used_elsewhere()))
    ]
    return Files(wiped=counts[0], kept=counts[1], waiting=counts[2])


def _used_elsewhere() -> Any:
    """Somebody else brought the same bytes, or anything but a destroyed dossier names the upload."""
    other, own = Upload.__table__.alias("other"), _of_dossiers().subquery()
    named_by = select(own.c.upload_id).where(own.c.upload_id.is_not(None))
    buried = exists().where(Tombstone.dossier_id == own.c.dossier_id)
    of_destroyed, living = named_by.where(buried), named_by.where(~buried)
    named = [select(column).where(column.is_not(None)) for column in _naming()]
    used = or_(other.c.id.not_in(of_destroyed), *(other.c.id.in_(each) for each in (living, *named)))
    found = select(other.c.id).where(other.c.sha256 == Upload.sha256, used)
    return found.correlate(Upload).exists()


def _naming() -> list[Any]:
    """Every column of any table that names an upload, but a dossier's own."""
    own = {model.__tablename__ for model in (Rendition, AttachmentRelease, Correction)}
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        if table.name not in own
        for key in table.foreign_keys
        if key.target_fullname == "upload.id"
    ]


def wipe_files() -> int:
    """Take off the disk what destroyed dossiers left there; how many. As good twice as once, whenever it was killed."""
    wiped = 0
    while True:
        with unit_of_work():
            done = wipe_some()
        wiped += done
        if not done:
            return wiped


def wipe_some() -> int:
    """Each is held first and asked about again: whoever brought the same bytes meanwhile keeps them."""
    first = {row.sha256: row for row in reversed(session().execute(to_wipe().limit(AT_ONCE)).all())}
    for sha256 in sorted(first):
        hold(sha256)
    still = {row.sha256 for row in session().execute(to_wipe().where(Upload.sha256.in_(first)))}
    first = {sha256: row for sha256, row in first.items() if sha256 in still}
    for sha256 in sorted(first):
        wipe(sha256, first[sha256].number)
    by_list: dict[tuple[int, str], int] = defaultdict(int)
    for row in first.values():
        by_list[row.list_id, row.number] += 1
    for (list_id, number), files in sorted(by_list.items()):
        record(FilesWiped(disposal_list_id=list_id, number=number, files=files))
    return len(first)
