"""One look at some dossiers: every check asked of them, and what it finds compared with what is known.

Set-based, whatever their number; a finding that is there still stays the same row. Inside a unit of work.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, literal, or_, select, update

from crm.archive.credit.models import Project
from crm.archive.dossiers.checking import Check, Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.bulk import pour
from crm.dates import utc_now
from crm.db import insert, session
from crm.review import checks
from crm.review.checks import asked, question
from crm.review.due import living
from crm.review.figures import mended_by
from crm.review.models import Finding, FoundNow, ReviewedDossier
from crm.review.owners import Owners, owner, owners

Chosen = Select[int]  # ids of the dossiers that are looked at


@dataclass(frozen=True, slots=True)
class Seen:
    """How many findings a look began and ended."""

    new: int
    cured: int


def look(chosen: Chosen, day: date, review_id: int | None = None) -> Seen:
    """Between which ids the dossiers lie is said to the database as well: else PostgreSQL reads whole tables.

    In a review they are all that it has between these ids.
    """
    ids = chosen.subquery().c[0]
    first, last = session().execute(select(func.min(ids), func.max(ids))).one()
    if first is None:
        return Seen(0, 0)
    which = and_(Dossier.id.between(first, last), Dossier.id.in_(chosen))
    number = secrets.randbelow(2**31)
    for check in checks.checks.values():
        _ask(number, check, which, day)
    session().flush()
    seen = Seen(new=_begin(number, day, review_id), cured=_cure(number, chosen, review_id))
    _renew(number)
    session().execute(delete(FoundNow).where(FoundNow.look == number))
    if review_id is not None:
        _count(review_id, first, last)
    return seen


def _ask(number: int, check: Check, which: ColumnElement[bool], day: date) -> None:
    found = check.find(day).where(which, Dossier.kind.in_(check.kinds))
    if check.sieve is not None:
        faults = {(row.dossier_id, row.key): row for row in session().execute(found) if check.sieve(row)}
        pour(FoundNow, [_row(number, check, row) for row in faults.values()])
        return
    rows = found.subquery()
    once = select(
        literal(number),
        rows.c.dossier_id,
        literal(check.kind),
        rows.c.key,
        func.min(rows.c.about_id),
        func.coalesce(func.min(rows.c.detail), ""),
    ).group_by(rows.c.dossier_id, rows.c.key)
    columns = ["look", "dossier_id", "kind", "key", "about_id", "detail"]
    session().execute(insert(FoundNow).from_select(columns, once))


def _row(number: int, check: Check, row: Any) -> dict[str, Any]:
    told = {"dossier_id": row.dossier_id, "key": row.key, "about_id": row.about_id, "detail": row.detail or ""}
    return {"look": number, "kind": check.kind, **told}


def _same() -> ColumnElement[bool]:
    """A finding is known, and found now."""
    return and_(Finding.dossier_id == FoundNow.dossier_id, Finding.kind == FoundNow.kind, Finding.key == FoundNow.key)


def _begin(number: int, day: date, review_id: int | None) -> int:
    """What is new, with whose desk it is and until when."""
    kinds = session().scalars(select(FoundNow.kind).where(FoundNow.look == number).distinct()).all()
    due_on, keepers = mended_by(day), owners()
    return sum(_begin_of(number, checks.checks[kind], due_on, keepers, review_id) for kind in sorted(kinds))


def _begin_of(number: int, check: Check, due_on: date, keepers: Owners, review_id: int | None) -> int:
    facts = {
        "dossier_id": FoundNow.dossier_id,
        "estate_id": Dossier.estate_id,
        "kind": FoundNow.kind,
        "measure": literal(check.measure, Finding.measure.type),
        "key": FoundNow.key,
        "about_id": FoundNow.about_id,
        "detail": FoundNow.detail,
        "role": literal(check.role, Finding.role.type),
        "owner_id": _owner(check, keepers),
        "due_on": literal(due_on, Finding.due_on.type),
        "note": literal(""),
        "found_at": literal(utc_now(), Finding.found_at.type),
        "found_review_id": literal(review_id, Finding.found_review_id.type),
        "version": literal(1),
    }
    known = exists().where(_same(), Finding.cured_at.is_(None)).correlate(FoundNow)
    rows = select(*facts.values()).select_from(FoundNow).join(Dossier, Dossier.id == FoundNow.dossier_id)
    rows = rows.outerjoin(Project, Project.dossier_id == Dossier.id)
    rows = rows.where(FoundNow.look == number, FoundNow.kind == check.kind, ~known)
    added = insert(Finding).from_select(list(facts), rows).on_conflict_do_nothing()
    return _affected(added)


def hand_on(which: ColumnElement[bool]) -> int:
    """What people have who are not at work here any more goes to who has their desk now; how many findings."""
    keepers, left = owners(), select(User.id).where(~User.active)
    open_ones = Finding.cured_at.is_(None), Finding.owner_id.in_(left)
    theirs = Finding.dossier_id.in_(select(Dossier.id).where(which))
    handed = 0
    for kind in session().scalars(select(Finding.kind).where(*open_ones, theirs).distinct()).all():
        if kind in checks.checks:
            heir = select(_owner(checks.checks[kind], keepers)).select_from(Dossier)
            heir = heir.outerjoin(Project, Project.dossier_id == Dossier.id).where(Dossier.id == Finding.dossier_id)
            given = update(Finding).where(*open_ones, theirs, Finding.kind == kind)
            handed += _affected(given.values(owner_id=heir.scalar_subquery(), version=Finding.version + 1))
    return handed


def _owner(check: Check, keepers: Owners) -> Any:
    if check.role is RoleName.project_manager:
        person = Project.b_id if check.of_b else Project.a_id
        return case((person.in_(select(User.id).where(User.active)), person))  # else nobody, until A or B is replaced
    return owner(keepers, check.role)


def _cure(number: int, chosen: Chosen, review_id: int | None) -> int:
    there = exists().where(FoundNow.look == number, _same()).correlate(Finding)
    gone = update(Finding).where(Finding.cured_at.is_(None), Finding.dossier_id.in_(chosen), ~there)
    return _affected(gone.values(**_ended(review_id)))


def let_go(which: ColumnElement[bool], review_id: int | None = None) -> int:
    """What was found of those of these dossiers that live no more is nobody's task; how many findings."""
    closed = select(Dossier.id).where(which, ~living())
    theirs = update(Finding).where(Finding.cured_at.is_(None), Finding.dossier_id.in_(closed))
    return _affected(theirs.values(**_ended(review_id)))


def _ended(review_id: int | None) -> dict[str, Any]:
    """A person who has it open meanwhile is told that it has changed."""
    return {"cured_at": utc_now(), "cured_review_id": review_id, "version": Finding.version + 1}


def _renew(number: int) -> None:
    """What is found of the same thing may have changed its words."""
    other = or_(Finding.detail != FoundNow.detail, Finding.about_id.is_distinct_from(FoundNow.about_id))
    changed = update(Finding).where(FoundNow.look == number, _same(), Finding.cured_at.is_(None), other)
    _affected(changed.values(detail=FoundNow.detail, about_id=FoundNow.about_id))


def _affected(statement: Any) -> int:
    counted = {"synchronize_session": False, "preserve_rowcount": True}
    done: Any = session().execute(statement, execution_options=counted)
    return int(done.rowcount)


def _count(review_id: int, first: int, last: int) -> None:
    """The scores of the review's dossiers between these ids, as they are now.

    Each by an index of its own: of lines that were written just before, the database knows too little to join them.
    """
    lines = ReviewedDossier.review_id == review_id, ReviewedDossier.dossier_id.between(first, last)
    theirs = select(Finding.id).where(Finding.dossier_id == ReviewedDossier.dossier_id, Finding.cured_at.is_(None))
    failed = {
        name: theirs.with_only_columns(count).correlate(ReviewedDossier).scalar_subquery()
        for name, count in _failed().items()
    }
    for kind in DossierKind:
        of_kind = ReviewedDossier.dossier_id.in_(
            select(Dossier.id).where(Dossier.kind == kind, Dossier.id.between(first, last))
        )
        questions = {f"{measure}_asked": count for measure, count in asked(kind).items()}
        _affected(update(ReviewedDossier).where(*lines, of_kind).values(**questions, **failed))


def _failed() -> dict[str, ColumnElement[int]]:
    """Of findings: how many questions of each measure were not passed, and how many findings there are."""
    questions = {
        f"{measure}_failed": func.count(question().distinct()).filter(Finding.measure == measure) for measure in Measure
    }
    return {**questions, "findings": func.count()}


def failures(chosen: Chosen) -> Select[*tuple[Any, ...]]:
    """(dossier_id, one count of failed questions for each measure, findings) of those that have any."""
    rows = select(Finding.dossier_id, *(count.label(name) for name, count in _failed().items()))
    return rows.where(Finding.cured_at.is_(None), Finding.dossier_id.in_(chosen)).group_by(Finding.dossier_id)
