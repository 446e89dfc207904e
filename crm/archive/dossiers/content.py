"""What a 册内资料清单 says, in one canonical form that can be hashed and compared. Clauses L-08, L-10, L-11, L-14."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.arranging import Piece, Placed, arranged
from crm.archive.dossiers.models import Attachment, Dossier, DossierTemplate, Item, Rendition, TemplateSection
from crm.archive.dossiers.queries import attachments_of, items_of
from crm.archive.numbers.models import ArchiveNumber
from crm.audit.log import plain
from crm.db import session
from crm.files.models import Upload

Later = aliased(Rendition)


def list_content(dossier: Dossier) -> dict[str, Any]:
    """As the rows stand: before filing with the codes and pages they would get, afterwards with those they have.

    Corrections and removals are records of their own and change nothing here: what was signed stays what it was.
    """
    items = items_of(dossier.id)
    template = session().get_one(DossierTemplate, dossier.template_id)
    placed, files = _places(items), _files(dossier.id)
    lines = [(item.section.position, _line(item, placed.get(item.id), files[item.id])) for item in items]
    return {
        "kind": dossier.kind.value,
        "title": dossier.title,
        "number": number_of(dossier),
        "template": {"title": template.title, "edition": template.edition},
        "sections": [
            {
                "position": section.position,
                "title": section.title,
                "lines": [line for position, line in lines if position == section.position],
            }
            for section in _headings(template.id)
        ],
        "pages": sum(item.pages for item in items),
        "sheets": sum(item.sheets for item in items),
        "attachments": [_attachment(each) for each in attachments_of(dossier.id)],
    }


def _headings(template_id: int) -> Sequence[Row[int, str]]:
    asked = select(TemplateSection.position, TemplateSection.title).filter_by(template_id=template_id)
    return session().execute(asked.order_by(TemplateSection.position)).all()


def number_of(dossier: Dossier) -> str:
    """Its code, or the number it was promised."""
    if dossier.code or dossier.number_id is None:
        return dossier.code or ""
    number = session().get_one(ArchiveNumber, dossier.number_id)
    return number.text


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, as hexadecimal digits."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


line_hash = content_hash  # of one line of the list: what a tick is bound to


def piece(item: Item) -> Piece:
    """`item.section` must be loaded."""
    return Piece(
        id=item.id, section=item.section.position, position=item.position, pages=item.pages, sheets=item.sheets
    )


def _places(items: Sequence[Item]) -> dict[int, Placed]:
    """Of what has no code yet: it would come behind what has one."""
    filed = [item for item in items if item.filed_at]
    last = max((item.page_to or 0 for item in filed), default=0)
    return arranged((piece(item) for item in items if not item.filed_at), after_page=last).by_id


def _files(dossier_id: int) -> Mapping[int, list[str]]:
    """SHA-256 of each document's scans, those apart that another took the place of."""
    found = (
        select(Rendition.item_id, Upload.sha256)
        .join(Upload, Upload.id == Rendition.upload_id)
        .join(Item, Item.id == Rendition.item_id)
        .where(Item.dossier_id == dossier_id, ~select(Later.id).where(Later.replaces_id == Rendition.id).exists())
    )
    files: defaultdict[int, list[str]] = defaultdict(list)
    for item_id, sha256 in session().execute(found.order_by(Rendition.id)):
        files[item_id].append(sha256)
    return files


def _line(item: Item, placed: Placed | None, files: list[str]) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "code": placed.code if placed else item.code,
        "slot": item.slot.code if item.slot else "",
        "title": item.title,
        "responsible": item.responsible,
        "doc_no": item.doc_no,
        "original_no": item.original_no,
        "date": plain(item.doc_date),
        "pages": item.pages,
        "sheets": item.sheets,
        "page_from": placed.page_from if placed else item.page_from,
        "page_to": placed.page_to if placed else item.page_to,
        "form": item.form.value,
        "note": item.note,
        "supplement": item.supplement,
        "files": files,
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "title": attachment.title,
        "owner": attachment.owner,
        "copies": attachment.copies,
        "note": attachment.note,
    }
