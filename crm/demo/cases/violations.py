"""A year of violations: found on patrols, told by a notice, looked at again, settled."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from crm.bulk import Ids
from crm.dates import business_day_of
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.complaints import Home
from crm.demo.cases.letters import Letters
from crm.demo.cases.tales import NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.numbering import Taken, take_all
from crm.violations.cases.models import (
    WORKFLOW,
    Settlement,
    Violation,
    ViolationInspection,
    ViolationState,
    ViolationStep,
)
from crm.violations.types.models import ViolationType

SERIES, PATTERN = "违规", "G{year}-{serial:04d}"
COLUMNS = [column.key for column in Violation.__mapper__.columns]
NOW = object()


def tables() -> Tables:
    def numbers(day: date, count: int) -> list[Taken]:
        return take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=count)

    return Tables(model=Violation, step=ViolationStep, owner="violation_id", began="noted_at", numbers=numbers)


class Past:
    """Tells one violation after the other, with the letters that went out for it."""

    def __init__(self, ground: Ground, dice: Random, until: datetime, letters: Letters) -> None:
        self.ground, self.dice, self.until, self.letters = ground, dice, until, letters
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        below = select(ViolationType).where(ViolationType.parent_id.is_not(None), ViolationType.name.in_(words.FOUND))
        self.types = session().scalars(below.order_by(ViolationType.id)).all()

    def pour(self, tales: list[Tale], ids: Ids) -> None:
        """With the letters, which they point to and which point to them."""
        number(tales, tables(), ids)
        notices = [(tale, tale.row.pop("letter", None)) for tale in tales]
        for tale, letter in notices:
            if letter:
                letter.row |= {"about_kind": "violation", "about_id": tale.row["id"]}
        self.letters.pour(ids)
        for tale, letter in notices:
            tale.row["letter_id"] = letter.row["id"] if letter else None
        pour_tales(tales, tables(), ids)

    def tell(self, home: Home, at: datetime) -> Tale:
        kind, desk = self.dice.choice(self.types), desk_of(self.codes[home.estate_id])
        row = dict.fromkeys(COLUMNS) | {
            "estate_id": home.estate_id,
            "building_id": home.building_id,
            "unit_id": home.unit_id,
            "customer_id": home.customer_id,
            "spot": "",
            "person": "",
            "type_id": kind.id,
            "found": words.FOUND[kind.name],
            "wording": kind.words,
            "clause": kind.clause,
            "found_at": at,
            "found_by": "巡逻保安",
            "about_kind": "",
            "state": ViolationState.noted,
            "deducted": 0,
            "noted_at": at,
        }
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=self.until)
        tale.row |= tale.by("noted", desk)
        tale.begin("note", desk, at, note=row["found"])
        with suppress(NotYet):
            self._go(tale, home, kind, desk)
        return tale

    def _go(self, tale: Tale, home: Home, kind: ViolationType, desk: str) -> None:
        if self.dice.random() < 0.05:
            self._take(tale, "drop", "zhouhui", (60, 600), reason="经核实已取得书面同意")
            return
        at = self._take(tale, "serve", desk, (30, 600), {"served_at": NOW})
        letter = self.letters.notice_of_violation(home, kind, at, desk)
        due_on = business_day_of(at) + timedelta(days=kind.days or 1)
        tale.row |= {"due_on": due_on, "letter": letter}
        unwilling = self.dice.random() < 0.2
        if unwilling:
            next_on = due_on + timedelta(days=3)
            self._look(tale, desk, due_on, next_on, self.dice.choice(words.NOT_PUT_RIGHT), passed=False)
            due_on = next_on
        self._look(tale, desk, due_on, None, self.dice.choice(words.PUT_RIGHT), passed=True)
        settled = {"settlement": Settlement.rectified, "settled_at": NOW}
        self._take(tale, "settle", desk, (5, 300), settled, note="复查合格，予以结案")
        self._take(tale, "file", desk, (1, 3), {"filed_at": NOW})

    def _look(self, tale: Tale, desk: str, day: date, next_on: date | None, said: str, *, passed: bool) -> None:
        minutes = int((day - business_day_of(tale.at)).days * 24 * 60)
        changes = {"rectified_at": NOW, "due_on": None} if passed else {"due_on": next_on}
        at = self._take(tale, "passed" if passed else "failed", desk, (minutes, minutes + 240), changes, note=said)
        facts: dict[str, Any] = {"passed": passed, "words": said, "next_on": next_on, "key": None}
        tale.hang(ViolationInspection, **facts, **tale.by("inspected", desk), inspected_at=at)

    def _take(
        self,
        tale: Tale,
        action: str,
        by: str,
        span: tuple[int, int],
        changes: dict[str, Any] | None = None,
        **said: Any,
    ) -> datetime:
        at = max(tale.at + timedelta(minutes=self.dice.randint(*span)), tale.at)
        return tale.take(
            action, by, at, {name: at if value is NOW else value for name, value in (changes or {}).items()}, **said
        )
