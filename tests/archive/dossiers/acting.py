"""People who act in the archive's tests, and dossiers as they need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from typing import Any

from flask import g
from pypdf import PdfWriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers import service
from crm.archive.dossiers.models import Dossier, TemplateSlot
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.queries import sections_of
from crm.archive.dossiers.service import ItemFacts
from crm.archive.numbers import service as numbers
from crm.auth.actor import Actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from tests import factories as make

DAY = date(2026, 5, 7)
KEEPING = {"purpose": "keeping", "note": ""}  # what a filed dossier is opened or printed for
A, B, ARCHIVIST, APPROVER, MANAGER = "wanglei", "zhaoqian", "fengxue", "shentao", "hanbing"


def user_called(username: str) -> User:
    return session().scalars(select(User).filter_by(username=username)).one()


@contextmanager
def acting(username: str) -> Iterator[None]:
    """Whoever acts for a while; rights are the views' business."""
    before = g.actor
    user = user_called(username)
    g.actor = Actor(name=user.full_name, permissions=frozenset(Permission), user_id=user.id)
    try:
        yield
    finally:
        g.actor = before


def appointed() -> None:
    """The archivist is appointed."""
    with make.open_session() as db:
        archivist = db.scalars(select(User).filter_by(username=ARCHIVIST)).one()
    make.make_appointment(archivist)


def loan(subject_id: int = 1, **given: Any) -> Dossier:
    return service.open_dossier(DossierKind.loan, "project", subject_id, "鑫源商贸借款", opened_on=DAY, **given)


def slot(dossier: Dossier, code: str) -> TemplateSlot:
    return next(s for section in sections_of(dossier.template_id) for s in section.slots if s.code == code)


def said(dossier: Dossier, code: str = "application", **given: Any) -> ItemFacts:
    wanted = slot(dossier, code)
    facts = {"title": wanted.title, "pages": 3, "sheets": 2, **given}
    return ItemFacts(section_id=wanted.section_id, slot_id=wanted.id, **facts)


def filed_loan(*codes: str, subject_id: int = 1) -> Dossier:
    """With these documents, numbered and filed by the archivist."""
    dossier = loan(subject_id)
    for code in codes or ("application", "loan_contract", "iou"):
        service.add_item(dossier, said(dossier, code))
    with acting(ARCHIVIST):
        service.file_sealed(dossier, numbers.reserve("鸿借", 2026, dossier.title), DAY)
    return dossier


def pdf(pages: int = 1) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


Work = Callable[..., Any]
Db = Session
