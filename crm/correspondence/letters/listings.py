"""收发文登记: the register of letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.auth.queries import departments
from crm.correspondence.letters import queries
from crm.correspondence.letters.models import (
    DIRECTION_TITLES,
    LETTER_KINDS,
    STATE_TITLES,
    STATE_TONES,
    WAY_TITLES,
    Letter,
    LetterState,
)
from crm.correspondence.letters.service import STEPS, file_all, send, unproved
from crm.dates import business_day, business_day_of
from crm.errors import DomainError
from crm.lists.bulk import LONGEST_ID
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.lists.periods import period_filters
from crm.properties.models import Estate, Unit
from crm.properties.queries import units_holding
from crm.tenants.queries import files_holding

MOST = 2_000  # at once: a whole batch


def due_in_words(row: Any, today: date) -> str:
    """How much time is left for the answer, "" where none is due."""
    due = row.reply_due_on if row.state in queries.WAITING else None
    if due is None:
        return ""
    days = (due - today).days
    if days < 0:
        return _("Overdue by %(days)s days", days=-days)
    return _("In %(days)s days", days=days) if days else _("Today")


def due_tone(row: Any, today: date) -> str:
    days = (row.reply_due_on - today).days if row.reply_due_on else 1
    return "red" if days < 0 else "orange" if days <= 2 else "blue"


def _page(row: Any) -> str:
    return url_for("correspondence.show", letter_id=row.id)


def with_whom(row: Any) -> str:
    """Who writes, or is written to."""
    return row.customer or row.party or ""


def _about(text: str) -> ColumnElement[bool]:
    """A number as it is typed, else words of anything that stands on the letter."""
    if number := queries.canonical(text):
        return Letter.number == number
    there = Letter.unit_id.in_(units_holding(text)) | Letter.customer_id.in_(files_holding(text))
    return holding(text, Letter.number, Letter.subject, Letter.party, Letter.doc_no) | there


def register() -> Listing:
    today = business_day()
    return Listing(
        title=_l("Letters in and out"),
        query=queries.letters(),
        counted=queries.every_letter(),
        columns=_columns(today),
        filters=_filters(today),
        order=(Letter.registered_at.desc(), Letter.id.desc()),
        export_permission=Permission.letter_keep,
        empty=_l("No letter was registered yet."),
        actions=(SEND, FILE),
    )


def _columns(today: date) -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Letter.number, link=_page),
        Column(
            name="registered",
            title=_l("Registered at"),
            value=attrgetter("registered_at"),
            kind="date",
            order=Letter.registered_at,
        ),
        Column(name="with", title=_l("From or to"), value=with_whom),
        Column(name="subject", title=_l("Subject"), kind="long"),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(
            name="due", title=_l("Answer due"), value=attrgetter("reply_due_on"), kind="date", order=Letter.reply_due_on
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: due_in_words(row, today),
            kind="badge",
            tone=lambda row: due_tone(row, today),
        ),
        Column(name="handler", title=_l("Who deals with it")),
        Column(name="department", title=_l("Department")),
        *_further_columns(),
    )


def _further_columns() -> tuple[Column, ...]:
    """For whoever chooses them."""

    def moment(name: str, title: Any) -> Column:
        order = getattr(Letter, name)
        return Column(name=name, title=title, value=attrgetter(name), kind="date", order=order, at_first=False)

    return (
        Column(
            name="direction",
            title=_l("In or out"),
            value=lambda row: str(DIRECTION_TITLES[row.direction]),
            at_first=False,
        ),
        Column(name="kind", title=_l("Kind"), value=lambda row: LETTER_KINDS.title_of(row.kind), at_first=False),
        Column(name="doc_no", title=_l("Their number"), at_first=False),
        Column(name="dated_on", title=_l("Day on the letter"), kind="date", at_first=False),
        Column(
            name="way",
            title=_l("How it came"),
            value=lambda row: str(WAY_TITLES[row.way]) if row.way else "",
            at_first=False,
        ),
        Column(name="pages", title=_l("Page count"), kind="number", at_first=False),
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key, at_first=False),
        moment("passed_on_at", _l("Passed on at")),
        moment("answered_at", _l("Answered at")),
        moment("sent_at", _l("Sent at")),
        Column(name="delivered_on", title=_l("Delivered on"), kind="date", at_first=False),
        moment("served_at", _l("Delivery noted at")),
        Column(name="by", title=_l("Registered by"), value=attrgetter("registered_by"), at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _which(value: str) -> ColumnElement[bool]:
    conditions = {"open": queries.OPEN, "ended": ~queries.OPEN, "to_answer": queries.TO_ANSWER}
    conditions |= {"to_file": queries.TO_FILE}
    return conditions[value] if value in conditions else Letter.state == LetterState(value)


GROUPS = [
    ("open", _l("All that is open")),
    ("to_answer", _l("An answer is due")),
    ("to_file", _l("Over, to be filed")),
    ("ended", _l("Over")),
]


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles])


def _filters(today: date) -> tuple[Filter, ...]:
    def late(value: str) -> ColumnElement[bool]:
        overdue = Letter.reply_due_on < today
        soon = (Letter.reply_due_on >= today) & (Letter.reply_due_on <= date.fromordinal(today.toordinal() + 2))
        return queries.TO_ANSWER & (overdue if value == "overdue" else soon)

    kinds = [(entry.code, entry.title) for entry in LETTER_KINDS.entries()]
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    return (
        Filter(name="q", title=_l("Number, name, subject or their number"), condition=_about),
        _choice("direction", _l("In or out"), lambda value: Letter.direction == value, DIRECTION_TITLES.items()),
        _choice("state", _l("State"), _which, states),
        _choice("due", _l("Answer due"), late, [("soon", _l("Within 2 days")), ("overdue", _l("Day has passed"))]),
        _choice("kind", _l("Kind"), lambda value: Letter.kind == value, kinds),
        _choice("mine", _l("Only mine"), lambda _value: Letter.handler_id == g.actor.user_id, [("1", _l("Mine"))]),
        Filter(
            name="handler",
            title=_l("Who deals with it"),
            condition=lambda text: holding(text, queries.Handler.full_name),
        ),
        _choice(
            "department",
            _l("Department"),
            lambda value: Letter.department_id == int(value),
            departments().items(),
        ),
        *_of_a_batch(),
        *period_filters(Letter.registered_at),
    )


def _of_a_batch() -> list[Filter]:
    """The latest batches, and the one that the address names."""
    asked = request.args.get("batch", "")
    batches = queries.batches_named(int(asked) if asked.isdecimal() and len(asked) <= LONGEST_ID else None)
    titles = [(row.id, f"{row.title} {business_day_of(row.made_at)}") for row in batches]
    return [_choice("batch", _l("Letters to many"), _made_with, titles)] if titles else []


def _made_with(value: str) -> ColumnElement[bool]:
    return Letter.batch_id == int(value)


def _hindrance(letter: Letter, action: str) -> str:
    """What was only sent is never filed with others: it wants a reason of its own."""
    if action == FILE.name and letter.state is LetterState.sent:
        return unproved()
    return STEPS.hindrance(letter, action)


def _effects(action: str, state: LetterState) -> Callable[[Sequence[int], Any], list[Effect]]:
    """What the action would make of each letter."""

    def found(ids: Sequence[int], _form: Any) -> list[Effect]:
        if len(ids) > MOST:
            told = _("At most %(most)s rows can be changed at once. Narrow the list by a filter.", most=MOST)
            raise DomainError(told)
        return [
            Effect(
                id=letter.id,
                label=f"{letter.number} {letter.subject}",
                old=str(STATE_TITLES[letter.state]),
                new=str(STATE_TITLES[state]),
                hindrance=_hindrance(letter, action),
            )
            for letter in queries.letters_called(ids)
        ]

    return found


def _send(ids: Sequence[int], _form: Any) -> None:
    for letter in queries.letters_called(ids):
        send(letter)


def _file(ids: Sequence[int], _form: Any) -> None:
    file_all(queries.letters_called(ids))


SEND = BulkAction(
    name="send",
    title=_l("Send"),
    permission=Permission.letter_keep,
    preview=_effects("send", LetterState.sent),
    apply=_send,
    icon="mail",
)
FILE = BulkAction(
    name="file",
    title=_l("File it"),
    permission=Permission.letter_keep,
    preview=_effects("file", LetterState.filed),
    apply=_file,
    icon="folder",
)
