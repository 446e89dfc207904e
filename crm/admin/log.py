"""Reading the operation log: filters, pages by entry number, and one entry in words.

Entry numbers run without gaps, so the page goes by them: no count and no offset, however long the log is. A day
becomes a range of numbers. Whoever sees only some estates sees no entry about another one; that costs a look-up for
each entry passed over, so one page goes at most `REACH` entries back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm.admin.titles import EVENT_TITLES, FIELD_TITLES, SUBJECT_PAGES, SUBJECT_TITLES
from crm.audit.models import LogEntry, LogSubject
from crm.audit.queries import faults_between
from crm.auth.actor import actor
from crm.auth.permissions import Permission, opens
from crm.auth.titles import ROLE_TITLES
from crm.db import Base, session
from crm.web.templating import moment

PAGE = 50
REACH = 20_000  # entries
SLACK = timedelta(days=1)  # an entry is numbered when its unit of work ends, after its moment
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*\+00:00$")
FACTS_OF = {  # whose facts who may read
    "customer_id": Permission.customer_read,
    "call_id": Permission.customer_read,
    "dossier_id": Permission.dossier_read,
    "archive_number_id": Permission.dossier_read,
    "client_id": Permission.credit_read,
    "project_id": Permission.credit_read,
    "handover_id": Permission.credit_read,
}
About = aliased(LogSubject)  # all that an entry is about
COVER = "***"
SYSTEM = "system"  # whoever has no account: jobs and the command line


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reader asked for; moments are half-open."""

    who: str = ""  # a user's id or SYSTEM
    kind: str = ""
    subject: str = ""
    number: int | None = None
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    entries: Sequence[Any]
    older: int | None  # show entries before this number next; None at the end
    newer: int | None
    cut: bool = False  # the page ended because it went far enough, not because it is full


def entries(wanted: Wanted) -> Select[LogEntry]:
    """Everything that fits and that the reader may see."""
    query = select(LogEntry).where(_seen())
    if wanted.who:
        query = query.where(LogEntry.user_id.is_(None) if wanted.who == SYSTEM else LogEntry.user_id == int(wanted.who))
    if wanted.kind:
        query = query.where(LogEntry.kind == wanted.kind)
    if wanted.subject:
        about = LogSubject.kind == wanted.subject, LogSubject.object_id == wanted.number
        query = query.join(LogSubject, and_(LogSubject.entry_id == LogEntry.id, *about))
    if wanted.request_id:
        query = query.where(LogEntry.request_id == wanted.request_id)
    return query.where(*_between(wanted.since, wanted.until))


def _between(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    """The exact moments, and the numbers they lie between, which the database finds in the index at once."""
    if since:
        first = select(LogEntry.id).where(LogEntry.at >= since - SLACK).order_by(LogEntry.at, LogEntry.id).limit(1)
        yield LogEntry.at >= since
        yield LogEntry.id >= (session().scalar(first) or last_number() + 1)
    if until:
        after = select(LogEntry.id).where(LogEntry.at >= until + SLACK).order_by(LogEntry.at, LogEntry.id).limit(1)
        yield LogEntry.at < until
        yield LogEntry.id < (session().scalar(after) or last_number() + 1)


def last_number() -> int:
    """The newest entry's number, which is how many there are."""
    return session().scalar(select(func.max(LogEntry.id))) or 0


def page(wanted: Wanted, before: int | None, after: int | None) -> Page:
    """The newest entries before the number `before`, or the oldest after `after`; always newest first."""
    query = entries(wanted)
    if after is not None:
        return _newer(query, _key(wanted), after)
    upper = before if before is not None else last_number() + 1
    lower = 0 if actor().estate_ids is None else max(0, upper - REACH)
    key = _key(wanted)
    found = query.where(key < upper, key >= lower).order_by(key.desc()).limit(PAGE + 1)
    rows = session().scalars(found).all()
    shown, more = rows[:PAGE], len(rows) > PAGE
    older = shown[-1].id if more else (lower if lower > 1 else None)
    return Page(entries=shown, older=older, newer=upper - 1 if before is not None else None, cut=not more and lower > 1)


def _key(wanted: Wanted) -> InstrumentedAttribute[int]:
    """The number in the table whose index leads there: else all of an object's entries would be sorted first."""
    return LogSubject.entry_id if wanted.subject else LogEntry.id


def _newer(query: Select[LogEntry], key: InstrumentedAttribute[int], after: int) -> Page:
    upper = last_number() + 1 if actor().estate_ids is None else after + REACH
    found = query.where(key > after, key < upper).order_by(key).limit(PAGE + 1)
    rows = session().scalars(found).all()
    shown = rows[:PAGE][::-1]
    newer = shown[0].id if len(rows) > PAGE else (upper - 1 if upper <= last_number() else None)
    return Page(entries=shown, older=after + 1, newer=newer, cut=len(rows) <= PAGE and newer is not None)


def _seen() -> ColumnElement[bool]:
    """Entries about no estate, or about none but the reader's."""
    ids = actor().estate_ids
    if ids is None:
        return true()
    abroad = [and_(About.kind == "estate", About.object_id.not_in(ids))]
    for table in _of_estates():
        foreign = exists().where(table.c.id == About.object_id, table.c.estate_id.not_in(ids))
        abroad.append(and_(About.kind == table.name, foreign))
    return ~exists().where(About.entry_id == LogEntry.id, or_(*abroad))


def _of_estates() -> list[Table]:
    """The tables whose rows belong to an estate and whose name is a subject's kind."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if table.name in SUBJECT_TITLES and "estate_id" in table.c]


def get_entry(entry_id: int) -> LogEntry:
    found = select(LogEntry).where(LogEntry.id == entry_id, _seen())
    return session().scalars(found).one_or_none() or abort(404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    title: str
    number: int
    url: str  # "" when the reader may not open it
    kind: str


def title_of(kind: str) -> str:
    return str(EVENT_TITLES.get(kind, kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the page."""

    id: int
    at: datetime
    who: str
    title: str
    about: str
    address: str


def lines_of(shown_entries: Sequence[LogEntry]) -> list[Line]:
    about: dict[int, list[str]] = {}
    ids = [entry.id for entry in shown_entries]
    found = select(LogSubject.entry_id, LogSubject.kind, LogSubject.object_id).where(LogSubject.entry_id.in_(ids))
    for row in session().execute(found.order_by(LogSubject.entry_id, LogSubject.kind)):
        about.setdefault(row.entry_id, []).append(f"{SUBJECT_TITLES.get(row.kind, row.kind)} {row.object_id}")
    return [
        Line(
            id=entry.id,
            at=entry.at,
            who=entry.actor,
            title=title_of(entry.kind),
            about="、".join(about.get(entry.id, ())),
            address=entry.address,
        )
        for entry in shown_entries
    ]


def subjects_of(entry: LogEntry) -> list[Subject]:
    rows = session().execute(
        select(LogSubject.kind, LogSubject.object_id).where(LogSubject.entry_id == entry.id).order_by(LogSubject.kind)
    )
    return [
        Subject(
            title=str(SUBJECT_TITLES.get(row.kind, row.kind)),
            number=row.object_id,
            url=_address(row.kind, row.object_id),
            kind=row.kind,
        )
        for row in rows
    ]


def _address(kind: str, number: int) -> str:
    if kind not in SUBJECT_PAGES:
        return ""
    endpoint, name = SUBJECT_PAGES[kind]
    values: dict[str, Any] = {name: number}
    return url_for(endpoint, **values) if opens(endpoint) else ""


def readable(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry as the acting person may read it: whoever sees no files learns what was done to them."""
    needed = {FACTS_OF[name] for name in FACTS_OF.keys() & data.keys()}
    if needed <= actor().permissions:
        return data
    return {name: value if name.endswith("_id") else _covered(value) for name, value in data.items()}


def _covered(value: Any) -> Any:
    match value:
        case dict():
            return {name: _covered(item) for name, item in value.items()}
        case list():
            return [_covered(item) for item in value]
        case str() if value:
            return COVER
        case _:
            return value


def changes_of(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, before, after) of an entry that says what changed."""
    changes = data.get("changes")
    pairs = changes if isinstance(changes, dict) else {}
    if not pairs and {"old", "new"} <= set(data):
        pairs = {"value": [data["old"], data["new"]]}
    return [(_field(name), shown(old), shown(new)) for name, (old, new) in pairs.items()]


def facts_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, value) of everything else the entry says; ids stand among its subjects."""
    return [
        (_field(name), shown(value))
        for name, value in data.items()
        if name not in ("changes", "old", "new") and not (name.endswith("_id") and isinstance(value, int | None))
    ]


def in_words(data: Mapping[str, Any]) -> str:
    """The whole entry in one line."""
    changed = [f"{field}: {old} → {new}" for field, old, new in changes_of(data)]
    return "；".join(changed + [f"{field}: {value}" for field, value in facts_of(data)])


def _field(name: str) -> str:
    return str(FIELD_TITLES.get(name, name))


def shown(value: Any) -> str:
    """A value of an entry as people read it."""
    match value:
        case None | "":
            return "–"
        case bool():
            return _("Yes") if value else _("No")
        case list():
            return "、".join(shown(item) for item in value) or "–"
        case dict():
            return "；".join(f"{_field(str(name))} {shown(item)}" for name, item in value.items()) or "–"
        case str() if MOMENT.match(value):
            return moment(datetime.fromisoformat(value))
        case _:
            return str(ROLE_TITLES.get(value, value))


def is_sound(entry: LogEntry) -> bool:
    """Whether the entry is what was written, by its own hash and the one before, under the objects it is about."""
    return not faults_between(session(), entry.id - 1, entry.id)
