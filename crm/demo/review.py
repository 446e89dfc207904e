"""The demo company's filing reviews: one of the last quarter, what was mended since, and this month's to be signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.service import DocumentFacts, file_document
from crm.bulk import look_anew
from crm.dates import Period, beginning_of, business_day, months_later, telling, utc_now
from crm.db import session
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.review.models import FilingReview, Finding
from crm.review.service import carry_out_at_once, hand_out, note, open_review, sign
from crm.tenants.models import Phone
from crm.tenants.service import verify_phone

KEEPER, CLERK = "fengxue", "limin"
SIGNED_AFTER = timedelta(days=12)
MENDED_AFTER = timedelta(days=7)
VERIFIED, FILED = 40, 12
NOTES = ("已电话联系，周五带来", "业主出差，下月初补", "已发短信提醒", "快递寄送中")


def store(ground: Ground, dice: Random, period: Period) -> None:
    """Nothing where no past is told."""
    month = business_day().replace(day=1)
    then = months_later(month, -3)
    if then < period.starts or not ground.estates:
        return
    look_anew()  # all of it is new to the database
    scopes: list[int | None] = [*ground.estates.values(), None]
    for scope in scopes:
        _reviewed(scope, then, ground, whole=True)
    _mend(ground, dice, then + MENDED_AFTER)
    with _at(then + SIGNED_AFTER, KEEPER, ground):
        for review in session().scalars(select(FilingReview).order_by(FilingReview.id)):
            sign(review, "缺件已交客服补齐，下月复查")
    for scope in scopes:
        _reviewed(scope, month, ground, whole=False)
    _carry_over(ground, month)
    _note(ground, dice, month)


@contextmanager
def _at(day: date, who: str, ground: Ground) -> Iterator[None]:
    """In the morning, never later than now."""
    with ExitStack() as stack:
        stack.enter_context(telling(min(beginning_of(day) + timedelta(hours=9), utc_now())))
        stack.enter_context(acting(who, ground))
        yield


def _reviewed(scope: int | None, day: date, ground: Ground, *, whole: bool) -> None:
    with _at(day, KEEPER, ground):
        review = open_review(scope, day, scheduled=True, whole=whole)
        if review is not None:
            carry_out_at_once(review)


def _mend(ground: Ground, dice: Random, day: date) -> None:
    """What the desk did about the first review's findings."""
    with _at(day, CLERK, ground):
        for finding in _some("phone_unverified", VERIFIED, dice):
            verify_phone(_first_phone(finding))
        for finding in _some("document_missing", FILED, dice):
            dossier = session().get_one(Dossier, finding.dossier_id)
            facts = DocumentFacts(title=finding.detail, date=day, doc_no="", pages=2, sheets=1)
            file_document(dossier.subject_kind, dossier.subject_id, finding.key, facts)


def _first_phone(finding: Finding) -> Phone:
    its = select(Phone).join(Dossier, Dossier.subject_id == Phone.customer_id).where(Dossier.id == finding.dossier_id)
    return session().scalars(its.where(Phone.ends.is_(None)).order_by(Phone.position, Phone.id).limit(1)).one()


def _some(kind: str, most: int, dice: Random) -> list[Finding]:
    found = select(Finding).join(Dossier, Dossier.id == Finding.dossier_id).where(Finding.kind == kind)
    of_customers = found.where(Dossier.kind == DossierKind.property, Finding.cured_at.is_(None)).order_by(Finding.id)
    findings = session().scalars(of_customers.limit(most * 3)).all()
    return dice.sample(findings, min(most, len(findings)))


def _carry_over(ground: Ground, month: date) -> None:
    """What was not mended since the last review has until the next one."""
    until = months_later(month, 1) + timedelta(days=14)
    with _at(month + timedelta(days=1), KEEPER, ground):
        for finding in session().scalars(select(Finding).where(Finding.cured_at.is_(None)).order_by(Finding.id)):
            hand_out(finding, finding.owner_id, until)


def _note(ground: Ground, dice: Random, day: date) -> None:
    with _at(day + timedelta(days=3), CLERK, ground):
        for finding, words in zip(_some("document_missing", len(NOTES), dice), NOTES, strict=False):
            note(finding, words)
