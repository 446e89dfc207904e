"""The archive's invariants, proved on the live database: what is wrong, in one line each. Section 2.7 of the design.

Other packages add theirs in `crm.wiring`: number -> a function that returns the faults it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, case, func, inspect, or_, select

from crm.archive.dossiers.models import Attachment, Correction, Custody, Dossier, Item, Removal, SupplementFiling
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import ArchiveNo
from crm.archive.numbers.queries import runs
from crm.db import session
from crm.files.fixity import fault_of
from crm.files.models import Fault, FileCheck, StoredFile
from crm.files.queries import is_wiped
from crm.numbering import Number, NumberState

MOST = 20  # faults named of each invariant
FILE_FAULTS = {
    Fault.missing: "cannot be read",
    Fault.unreadable: "cannot be read",
    Fault.changed: "was changed on disk",
}
Check = Callable[[], list[str]]


def pages_run_on() -> list[str]:
    """I1: page ranges follow one another without gap or overlap, and add up to the last page."""
    before = func.lag(Item.page_to).over(partition_by=Item.dossier_id, order_by=Item.page_from)
    ranges = select(Item.dossier_id, Item.code, Item.page_from, before.label("before")).where(
        Item.page_from.is_not(None)
    )
    each = ranges.subquery()
    broken = select(each.c.dossier_id, each.c.code).where(each.c.page_from != func.coalesce(each.c.before, 0) + 1)
    sums = select(Item.dossier_id).where(Item.page_to.is_not(None)).group_by(Item.dossier_id)
    unequal = sums.having(func.sum(Item.pages) != func.max(Item.page_to))
    unpaged = select(Item.dossier_id, Item.code).where(Item.filed_at.is_not(None), Item.page_from.is_(None))
    return [
        *(f"dossier {row.dossier_id}: {row.code} is filed without pages" for row in _some(unpaged)),
        *(f"dossier {row.dossier_id}: the pages of {row.code} do not follow on" for row in _some(broken)),
        *(f"dossier {row.dossier_id}: the pages do not add up" for row in _some(unequal)),
    ]


def each_is_somewhere() -> list[str]:
    """I2: every dossier has exactly one open custody, a destroyed one none, and each begins where the one before
    ended."""
    standing = Custody.ends_at.is_(None)
    counted = select(Custody.dossier_id, func.count().label("open")).where(standing).group_by(Custody.dossier_id)
    held = counted.subquery()
    lost = select(Dossier.id).outerjoin(held, held.c.dossier_id == Dossier.id)
    wanted = case((Dossier.state == DossierState.destroyed, 0), else_=1)
    wrong = lost.where(func.coalesce(held.c.open, 0) != wanted)
    before = func.lag(Custody.ends_at).over(partition_by=Custody.dossier_id, order_by=(Custody.starts_at, Custody.id))
    first = func.row_number().over(partition_by=Custody.dossier_id, order_by=(Custody.starts_at, Custody.id))
    spans = select(Custody.dossier_id, Custody.starts_at, before.label("before"), first.label("place")).subquery()
    torn = select(spans.c.dossier_id).where(
        spans.c.place > 1, or_(spans.c.before.is_(None), spans.c.before != spans.c.starts_at)
    )
    return [
        *(f"dossier {row.id}: nobody has it, or two do" for row in _some(wrong)),
        *(f"dossier {row.dossier_id}: its custody has a gap" for row in _some(torn)),
    ]


def numbers_are_whole() -> list[str]:
    """I4: 1 to n of each word and year, each reserved, committed or void with a reason, written as it must be."""
    gaps = [f"series {run.year}{run.word}: not every number is there" for run in runs() if not run.whole]
    return [*gaps, *_wrong_numbers()]


def _wrong_numbers() -> Iterator[str]:
    rows = select(ArchiveNumber.year, ArchiveNumber.word, Number.serial, Number.text, Number.state, Number.reason)
    for row in session().execute(rows.join(Number, Number.id == ArchiveNumber.id)):
        if row.text != ArchiveNo(row.year, row.word, row.serial).text:
            yield f"number {row.text}: is not written as its serial says"
        if row.state is NumberState.void and not row.reason:
            yield f"number {row.text}: is void without a reason"


def filed_is_complete() -> list[str]:
    """I4 again: what is filed has a committed number, and every document in it is coded and filed."""
    joined = select(Dossier.id).outerjoin(Number, Number.id == Dossier.number_id)
    unnumbered = joined.where(Dossier.state == DossierState.filed, Number.state.is_distinct_from(NumberState.committed))
    loose = select(Item.id, Item.dossier_id).join(Dossier, Dossier.id == Item.dossier_id)
    unfiled = loose.where(Dossier.state == DossierState.filed, Item.filed_at.is_(None))
    return [
        *(f"dossier {row.id}: is filed without a committed number" for row in _some(unnumbered)),
        *(f"dossier {row.dossier_id}: document {row.id} is not filed" for row in _some(unfiled)),
    ]


def attachments_have_no_code() -> list[str]:
    """I8: in the database there is no place where an attachment's code or pages could be kept."""
    columns = {column["name"] for column in inspect(session().connection()).get_columns(Attachment.__tablename__)}
    return [f"attachments can have a {name}" for name in ("code", "pages", "page_from", "page_to") if name in columns]


def bytes_are_what_they_were() -> list[str]:
    """I10: every file ever brought, scans, evidence and signatures with them, is on disk as it was hashed, twice."""
    kept = select(StoredFile.sha256, StoredFile.sm3).where(~is_wiped()).order_by(StoredFile.sha256)
    found = ((sha256, fault_of(sha256, sm3)) for sha256, sm3 in session().execute(kept))
    return [_file_fault(sha256, fault) for sha256, fault in found if fault][:MOST]


def bytes_were_whole_when_read() -> list[str]:
    """I10 by night: what the readings of the last days found, since a store of scans is not read in one night."""
    faulty = select(FileCheck.sha256, FileCheck.fault).where(FileCheck.fault != "").order_by(FileCheck.sha256)
    return [_file_fault(row.sha256, row.fault) for row in _some(faulty)]


def _file_fault(sha256: str, fault: str) -> str:
    return f"file {sha256[:12]}: {FILE_FAULTS[Fault(fault)]}"


def two_people_decided() -> list[str]:
    """I11: nobody approved what the same person had asked for, or filed what the same person had brought."""
    found = []
    for model, name in ((Correction, "correction"), (Removal, "removal")):
        same = select(model.id).where(model.decided_by_id == model.asked_by_id)
        found += [f"{name} {row.id}: was decided by who asked" for row in _some(same)]
    alone = select(SupplementFiling.id).where(SupplementFiling.giver_id == SupplementFiling.archivist_id)
    return found + [f"supplement {row.id}: was filed by who brought it" for row in _some(alone)]


def _some(query: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return session().execute(query.limit(MOST)).all()


checks: dict[str, list[Check]] = {
    "I1": [pages_run_on],
    "I2": [each_is_somewhere],
    "I4": [numbers_are_whole, filed_is_complete],
    "I8": [attachments_have_no_code],
    "I10": [bytes_are_what_they_were],
    "I11": [two_people_decided],
}


by_night: dict[Check, Check] = {bytes_are_what_they_were: bytes_were_whole_when_read}


def examine(*, nightly: bool = False) -> dict[str, list[str]]:
    """Invariant -> what is wrong with it; an empty list where it holds. `nightly`: with the last readings of files."""
    instead = by_night if nightly else {}
    ordered = sorted(checks.items(), key=_order)
    return {name: [fault for check in each for fault in instead.get(check, check)()] for name, each in ordered}


def _order(entry: tuple[str, list[Check]]) -> int:
    return int(entry[0].removeprefix("I"))
