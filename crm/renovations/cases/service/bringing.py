"""Papers: brought as scans, or not needed for a reason. What came stays; the last of a kind counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled, UsedElsewhere
from crm.files import store
from crm.files.models import Upload
from crm.files.pictures import in_pages
from crm.renovations.cases.events import RenovationPaperBrought
from crm.renovations.cases.filing import PAPER
from crm.renovations.cases.models import BEFORE_PERMIT, ON_SITE, Renovation, RenovationPaper
from crm.renovations.cases.service.steps import STEPS, subjects
from crm.renovations.works.models import RenovationPaperKind
from crm.tenants.closing import file_soon
from crm.web import pdf

PURPOSE = "renovation"
LARGEST = 20 * 1024 * 1024  # bytes of one file
MOST = 20  # files of one paper


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    name: str


def hindrance(renovation: Renovation) -> str:
    """Why the acting person can add no paper, or ""."""
    if renovation.state not in (*BEFORE_PERMIT, *ON_SITE):
        return _("No more papers are added to %(number)s.", number=renovation.number)
    if actor().may(Permission.renovation_log):
        return ""
    return _("Your role does not include this. Ask your supervisor or the administrator.")


def bring(
    renovation: Renovation, kind: RenovationPaperKind, files: Sequence[File], *, note: str = "", key: str | None = None
) -> RenovationPaper:
    """Several scans of one paper become one file. Raises `DomainError` for what is neither picture nor PDF."""
    if standing := _expected(renovation, key):
        return standing
    if not files:
        raise DomainError(_("Choose the scan or the photo first."))
    return _kept(renovation, kind, key, upload_id=scanned(files, kind.title, renovation.estate_id).id, note=note)


def not_needed(
    renovation: Renovation, kind: RenovationPaperKind, reason: str, *, key: str | None = None
) -> RenovationPaper:
    if standing := _expected(renovation, key):
        return standing
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    return _kept(renovation, kind, key, reason=reason.strip())


def _expected(renovation: Renovation, key: str | None) -> RenovationPaper | None:
    """What this form did before. Raises where nothing can be added."""
    STEPS.hold(renovation)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(RenovationPaper).filter_by(key=key)).one_or_none() if key else None
    if standing and standing.renovation_id != renovation.id:
        raise UsedElsewhere
    if standing is None and (reason := hindrance(renovation)):
        raise NotEntitled(reason)
    return standing


def scanned(files: Sequence[File], title: str, estate_id: int) -> Upload:
    """One upload of one or several scans, in their order."""
    if len(files) > MOST:
        raise DomainError(_("At most %(most)s files at once.", most=MOST))
    kept = [
        store.keep(each.content, each.name, purpose=PURPOSE, estate_id=estate_id, largest=LARGEST) for each in files
    ]
    if len(kept) == 1:
        return kept[0]
    pages = [in_pages(store.read(each)) for each in kept]
    return store.keep(pdf.joined(pages), f"{title}.pdf", purpose=PURPOSE, estate_id=estate_id, largest=MOST * LARGEST)


def _kept(renovation: Renovation, kind: RenovationPaperKind, key: str | None, **given: Any) -> RenovationPaper:
    made = RenovationPaper(
        renovation_id=renovation.id,
        kind_id=kind.id,
        key=key,
        added_by_id=g.actor.user_id,
        added_by=g.actor.name,
        added_at=utc_now(),
        **{"reason": "", "note": "", **given},
    )
    session().add(made)
    session().flush()
    record(RenovationPaperBrought(paper=kind.title, reason=made.reason, **subjects(renovation)))
    if made.upload_id and renovation.state in ON_SITE:  # the others are filed with the permit
        file_soon(PAPER, made.id, renovation.number, renovation.estate_id)
    return made
