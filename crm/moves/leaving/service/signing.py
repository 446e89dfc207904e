"""Signing the hand-over sheet: what it says is frozen and pressed, with the drawn names on it, or kept as a scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.files.models import Upload
from crm.moves.leaving import papers
from crm.moves.leaving.events import LeavingSigned
from crm.moves.leaving.models import Leaving, LeavingSheet
from crm.moves.leaving.service.steps import NOTHING_SAID, NOW, STEPS, Said, subjects
from crm.moves.leaving.sheet import content_of

PURPOSE = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Pictures that were drawn, or scans of what was signed on paper: the sheet, and in a sale the buyer's own."""

    leaver: bytes | None = None
    buyer: bytes | None = None
    clerk: bytes | None = None
    scan: Upload | None = None
    buyers_scan: Upload | None = None


def sign(leaving: Leaving, signed: Signatures, said: Said = NOTHING_SAID) -> LeavingSheet:
    """Raises `DomainError` where a step is not done, or a signature is missing."""
    if reason := _missing(leaving, signed):
        raise DomainError(reason)
    STEPS.hold_unchanged(leaving)
    STEPS.expect(leaving, "sign")
    made = _sheet(leaving, signed, utc_now())
    session().add(made)
    session().flush()
    how = "scanned" if signed.scan else "drawn"
    STEPS.take(leaving, "sign", said, signed_at=NOW)
    paper = session().get_one(Upload, made.paper_id)
    record(LeavingSigned(leaving_sheet_id=made.id, how=how, sha256=paper.sha256, **subjects(leaving)))
    return made


def _missing(leaving: Leaving, signed: Signatures) -> str:
    if signed.scan:
        whole = signed.buyers_scan or not leaving.is_sale
        return "" if whole else _("Add the scan of the buyer's sheet, too: it names nothing that others owe.")
    if signed.leaver is None:
        return _("Whoever leaves has not signed yet. Draw the name, or add a scan of the signed sheet.")
    if leaving.is_sale and signed.buyer is None:
        return _("The buyer has not signed yet. Draw the name, or add a scan of the signed sheet.")
    return _("Sign it yourself, too.") if signed.clerk is None else ""


def _sheet(leaving: Leaving, signed: Signatures, at: datetime) -> LeavingSheet:
    content = content_of(leaving) | {"clerk": g.actor.name, "signed_at": at.isoformat(), "scanned": bool(signed.scan)}
    drawn = {"leaver": signed.leaver, "buyer": signed.buyer, "clerk": signed.clerk}
    kept: dict[str, Any] = {
        f"{part}_drawing_id": _kept(leaving, picture, f"{part}.png").id for part, picture in drawn.items() if picture
    }
    pictures = papers.Drawn(**drawn)
    whole = papers.sheet_paper(leaving, content, pictures)
    buyers = papers.buyers_paper(leaving, content, pictures) if leaving.is_sale else None
    return LeavingSheet(
        leaving_id=leaving.id,
        content=content,
        paper_id=_kept(leaving, whole, f"{leaving.number}.pdf").id,
        buyers_paper_id=_kept(leaving, buyers, f"{leaving.number}-2.pdf").id if buyers else None,
        scan_id=signed.scan.id if signed.scan else None,
        buyers_scan_id=signed.buyers_scan.id if signed.buyers_scan else None,
        signed_by=g.actor.name,
        signed_at=at,
        **kept,
    )


def _kept(leaving: Leaving, content: bytes, name: str) -> Upload:
    return store.keep(content, name, purpose=PURPOSE, estate_id=leaving.estate_id)
