"""The start page, and all that waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.dates import utc_now
from crm.desk.home import approvals as deciding
from crm.desk.home.cards import Card, Figure, Part, Todo
from crm.desk.home.roles import cards_of
from crm.desk.home.stock import changed_files
from crm.desk.start.reports import begins, progress_to_show
from crm.desk.views import blueprint
from crm.lists import listing

__all__ = ["blueprint"]  # the desk's, with these pages on it
SHOWN = 10  # lines


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: which work it is."""

    kind: str
    todo: Todo


@dataclass(frozen=True, slots=True)
class Section:
    card: Card
    url: str
    figures: tuple[Figure, ...]


@blueprint.get("/")
@requires(Permission.signed_in)
def home() -> ResponseReturnValue:
    if begins():
        return redirect(url_for("start.index"))
    cards = cards_of(g.actor.roles, g.actor.permissions)
    sections = _sections(cards)
    may = g.actor.may
    return render_template(
        "desk/home.html",
        start=progress_to_show(),
        next=_next(cards),
        waiting=[section for section in sections if section.card.part is Part.waiting],
        day=[section for section in sections if section.card.part is Part.day],
        tables=[(card, card.table()) for card in cards if card.table],
        further=[card for card in cards if not card.figures and not card.table and card.url()],
        changed=changed_files() if may(Permission.customer_read) else [],
        answers=may(Permission.call_log),
        reports=may(Permission.repair_log),
        complains=may(Permission.complaint_log),
        decides=any(card.name == "approvals" for card in cards),
        takes=may(Permission.cash_take),
        works=may(Permission.repair_work),
        dispatches=may(Permission.repair_dispatch),
    )


@blueprint.get("/approvals")
@requires(Permission.signed_in)
def approvals() -> ResponseReturnValue:
    """Empty for whoever decides about nothing."""
    return listing.answer(deciding.approvals(utc_now()))


def _next(cards: list[Card]) -> list[Line]:
    """Everything to do in one list: what presses, of each kind its first line, then what is most urgent."""
    found = _once([[Line(str(card.title), each) for each in card.todo(SHOWN)] for card in cards if card.todo])
    lines = [line for kind in found for line in kind]
    heads = [kind[0] for kind in found if kind]
    kept = [line for line in lines if line.todo.pressing or line in heads]
    others = sorted((line for line in lines if line not in kept), key=_turn)
    return sorted([*kept, *others[: max(0, SHOWN - len(kept))]], key=_turn)


def _once(kinds: list[list[Line]]) -> list[list[Line]]:
    """What two kinds of work lead to, such as a decision that a finding is about too, stands in the first alone."""
    seen: set[str] = set()
    found = []
    for kind in kinds:
        found.append([line for line in kind if line.todo.url not in seen])
        seen |= {line.todo.url for line in kind}
    return found


def _turn(line: Line) -> tuple[bool, datetime]:
    return line.todo.turn


def _sections(cards: list[Card]) -> list[Section]:
    found = [Section(card, card.url(), tuple(card.figures())) for card in cards if card.figures]
    return [section for section in found if section.figures]
