"""Letters, their files and how they were brought, kept inside the acting person's estates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.correspondence.letters.models import (
    ENDED,
    Letter,
    LetterBatch,
    LetterDelivery,
    LetterFile,
    LetterState,
    LetterStep,
)
from crm.correspondence.letters.numbers import SERIES
from crm.correspondence.serving.entries import Entries
from crm.correspondence.serving.mails import mail_called
from crm.correspondence.serving.models import SERVED
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.outbox.models import Mail
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import File, files_called, in_file

MAIL_KEY = "letter "
UNPROVED = "file_unproved"  # the step
BATCHES = 50  # to choose from
ENTRIES = Entries(LetterDelivery, "letter_id")
Handler = aliased(User)
# written out, as the indexes have it: no engine uses them for values that it cannot see
OPEN = Letter.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
WAITING = (LetterState.registered, LetterState.passed_on)
TO_ANSWER = and_(
    Letter.reply_due_on.is_not(None),
    Letter.state.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True)),
)
OVER = LetterState.answered, LetterState.noted, LetterState.served, LetterState.returned
TO_FILE = and_(OPEN, Letter.state.in_(OVER))
TYPED = re.compile(r"([收发])\s*[〔[［(（]?\s*(\d{4})\s*[〕\]］)）]?\s*-?\s*(\d{1,6})\s*号?")
CAME_BACK = select(func.max(LetterStep.taken_at)).where(
    LetterStep.letter_id == Letter.id, LetterStep.action == "come_back"
)
PROOF = select(func.min(LetterDelivery.delivered_on)).where(
    LetterDelivery.letter_id == Letter.id, LetterDelivery.arrival.in_(SERVED), ENTRIES.is_live()
)
PARTS = (Letter.estate, Letter.customer, Letter.unit, Letter.handler, Letter.department, Letter.reply_to)
COLUMNS = (
    Letter.id,
    Letter.number,
    Letter.direction,
    Letter.kind,
    Letter.state,
    Letter.party,
    Letter.doc_no,
    Letter.dated_on,
    Letter.way,
    Letter.subject,
    Letter.pages,
    Letter.reply_due_on,
    Letter.registered_by,
    Letter.registered_at,
    Letter.passed_on_at,
    Letter.answered_at,
    Letter.sent_at,
    Letter.served_at,
    case((Letter.served_at.is_not(None), PROOF.correlate(Letter).scalar_subquery())).label("delivered_on"),
    Letter.filed_at,
    Letter.estate_id,
    Customer.id.label("customer_id"),
    Customer.name.label("customer"),
    Unit.label.label("unit"),
    Handler.full_name.label("handler"),
    Department.name.label("department"),
    Estate.name.label("estate"),
)


def canonical(text: str) -> str:
    """The number as it stands on the letter, as it may be typed: 收2026-12 is 收〔2026〕0012号; "" for other texts."""
    found = TYPED.fullmatch(text.strip())
    if not found:
        return ""
    [pattern] = [pattern for _series, pattern in SERIES.values() if pattern.startswith(found[1])]
    return pattern.format(year=found[2], serial=int(found[3]))


def get_letter(letter_id: int) -> Letter:
    """With everything its page names. 404 outside the person's estates."""
    found = select(Letter).where(Letter.id == letter_id, within(Letter.estate_id))
    return session().scalars(found.options(*map(joinedload, PARTS))).one_or_none() or abort(404)


def get_file(letter_file_id: int) -> LetterFile:
    found = select(LetterFile).join(Letter).where(LetterFile.id == letter_file_id, within(Letter.estate_id))
    kept = joinedload(LetterFile.upload).joinedload(Upload.stored)
    whole = found.options(joinedload(LetterFile.letter), kept)
    return session().scalars(whole).one_or_none() or abort(404)


def get_delivery(letter_delivery_id: int) -> LetterDelivery:
    """With its letter and its file."""
    found = select(LetterDelivery).join(Letter).where(LetterDelivery.id == letter_delivery_id, within(Letter.estate_id))
    kept = joinedload(LetterDelivery.upload).joinedload(Upload.stored)
    whole = found.options(joinedload(LetterDelivery.letter), kept)
    return session().scalars(whole).one_or_none() or abort(404)


def find_called(estate_id: int, text: str) -> Letter | None:
    """The letter of the estate with this number, as somebody types it."""
    wanted = select(Letter).where(Letter.estate_id == estate_id, within(Letter.estate_id))
    return session().scalars(wanted.where(Letter.number == (canonical(text) or text.strip()))).one_or_none()


def find_by_key(key: str | None) -> Letter | None:
    """What a form with this key has registered already."""
    return session().scalars(select(Letter).filter_by(key=key)).one_or_none() if key else None


def letters_called(ids: Sequence[int]) -> Sequence[Letter]:
    """By their ids, in the order in which they were registered."""
    found = select(Letter).where(Letter.id.in_(ids), in_chosen_estate(Letter.estate_id))
    return session().scalars(found.order_by(Letter.id)).all()


def steps_of(letter_id: int) -> Sequence[LetterStep]:
    return session().scalars(select(LetterStep).where(LetterStep.letter_id == letter_id).order_by(LetterStep.id)).all()


def step_unproved(letter: Letter) -> LetterStep | None:
    """The step that says why it is filed though nothing says that it arrived, as long as no other came after it."""
    if letter.state is not LetterState.sent:
        return None
    taken = select(LetterStep).where(LetterStep.letter_id == letter.id).order_by(LetterStep.id.desc()).limit(1)
    last = session().scalars(taken).one_or_none()
    return last if last and last.action == UNPROVED else None


def files_of(letter_id: int) -> Sequence[LetterFile]:
    """With their uploads and what kind of file each is."""
    found = select(LetterFile).where(LetterFile.letter_id == letter_id).order_by(LetterFile.id)
    return session().scalars(found.options(joinedload(LetterFile.upload))).all()


def replies_to(letter_id: int) -> Sequence[Letter]:
    """The letters that answer it, in their order."""
    found = select(Letter).where(Letter.reply_to_id == letter_id, within(Letter.estate_id))
    return session().scalars(found.order_by(Letter.id)).all()


# Lists


def letters(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with whose it is today and who has it; in the chosen estates, or in `scope`. Outer joins throughout: the
    letters are what an engine begins with, and what a count needs nothing else of."""
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == Letter.estate_id)
        .outerjoin(File, File.id == Letter.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Letter.unit_id)
        .outerjoin(Handler, Handler.id == Letter.handler_id)
        .outerjoin(Department, Department.id == Letter.department_id)
        .where(in_chosen_estate(Letter.estate_id) if scope is None else scope)
    )


def every_letter() -> Select[int]:
    """What `letters` has, to count."""
    return select(Letter.id).where(in_chosen_estate(Letter.estate_id))


def batches_named(asked: int | None) -> Sequence[Any]:
    """(id, title, made_at) of the latest batches in the person's estates, and of the one asked for, newest first."""
    seen = select(LetterBatch.id).where(within(LetterBatch.estate_id))
    latest = seen.order_by(LetterBatch.id.desc()).limit(BATCHES).subquery()
    wanted = LetterBatch.id.in_(select(latest.c.id)) | (LetterBatch.id == asked)
    found = select(LetterBatch.id, LetterBatch.title, LetterBatch.made_at).where(wanted, within(LetterBatch.estate_id))
    return session().execute(found.order_by(LetterBatch.id.desc())).all()


def to_answer_counts(today: date) -> tuple[int, int]:
    """Of the chosen estates: letters that wait for an answer, and those among them whose day has passed."""
    columns = func.count(), func.sum(case((Letter.reply_due_on < today, 1), else_=0))
    found = select(*columns).where(TO_ANSWER, in_chosen_estate(Letter.estate_id))
    count, overdue = session().execute(found).one()
    return count, overdue or 0


def of_customer(customer_id: int, limit: int) -> Sequence[Any]:
    """Of the whole file: what is open first, then the newest."""
    mine = letters(within(Letter.estate_id)).where(in_file(Letter.customer_id, customer_id))
    return session().execute(mine.order_by(OPEN.desc(), Letter.id.desc()).limit(limit)).all()


# Whom a letter is from, to, or for


def handlers_in(estate_id: int) -> dict[int, str]:
    """Who can be given a letter: user id -> name."""
    return {user.id: user.full_name for user in who_may_in(estate_id, Permission.letter_read)}


def customer_called(estate_id: int, text: str) -> Customer:
    """By the number on the file or the whole name. Raises `DomainError` when none, or several, are called so."""
    known = files_called(estate_id, text)
    if len(known) == 1:
        return known[0]
    if known:
        raise DomainError(_("Several customers are called %(name)s: write the number of the file.", name=text))
    raise DomainError(
        _("There is no customer %(name)s in this estate. Whoever has no file here is written below.", name=text)
    )


# Mails


def mail_key(letter_id: int) -> str:
    """Under which the mail of a letter that counts stands in the outbox: asked for twice it goes once."""
    return f"{MAIL_KEY}{letter_id}"


def find_mail(letter_id: int) -> Mail | None:
    return mail_called(mail_key(letter_id))


def letter_of_mail(mail: Mail) -> Letter | None:
    """The letter that went with the mail, whosever estate: the outbox asks. None for one that another took over."""
    text = (mail.key or "").removeprefix(MAIL_KEY)
    if mail.key is None or not mail.key.startswith(MAIL_KEY) or not text.isdecimal():
        return None
    return session().get(Letter, int(text))
