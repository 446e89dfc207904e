"""A year of violations: found on patrols, told by a notice, looked at again, settled.

The papers of what is filed lie in the customer's dossier, and none is pressed here: what is over is of strangers, whose
papers lie nowhere, and what customers did lately is settled and still to be filed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.log import plain
from crm.bulk import Ids
from crm.dates import beginning_of, business_day_of
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.letters import Letters
from crm.demo.cases.receipts import Home
from crm.demo.cases.tales import NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.numbering import Taken, take_all
from crm.properties.models import Unit
from crm.steps.taking import NOW
from crm.violations.cases.events import ViolationLetterMade, ViolationNoted, ViolationSettled
from crm.violations.cases.models import (
    WORKFLOW,
    Settlement,
    Violation,
    ViolationInspection,
    ViolationState,
    ViolationStep,
)
from crm.violations.cases.service.noticing import FORM_TITLES, Demand, Form, body, printed
from crm.violations.cases.service.noting import PATTERN, SERIES
from crm.violations.types.models import ViolationType

COLUMNS = [column.key for column in Violation.__mapper__.columns]
HEAD, DEPUTY = "zhouhui", "shentao"
LATELY = timedelta(days=40)  # what customers did since is told of them


def tables() -> Tables:
    def numbers(day: date, count: int) -> list[Taken]:
        return take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=count)

    return Tables(model=Violation, step=ViolationStep, owner="violation_id", began="noted_at", numbers=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A violation as its notice tells of it."""

    place: str
    found: str
    found_at: datetime
    type: ViolationType


class Past:
    """Tells one violation after the other, with the letters that went out for it."""

    def __init__(self, ground: Ground, dice: Random, until: datetime, letters: Letters) -> None:
        self.ground, self.dice, self.until, self.letters = ground, dice, until, letters
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        below = select(ViolationType).where(ViolationType.parent_id.is_not(None), ViolationType.name.in_(words.FOUND))
        self.types = session().scalars(below.options(joinedload(ViolationType.parent)).order_by(ViolationType.id)).all()

    def pour(self, tales: list[Tale], ids: Ids) -> None:
        """With the letters, which they point to and which point to them."""
        number(tales, tables(), ids)
        for tale in tales:
            if tale.after:
                tale.after.row |= {"about_kind": "violation", "about_id": tale.row["id"]}
        self.letters.pour(ids)
        for tale in tales:
            if tale.after:
                tale.row |= {"letter_id": tale.after.row["id"], "served_at": tale.after.row["served_at"]}
                next(step for step in tale.steps if step["action"] == "serve")["note"] = tale.after.row["number"]
        pour_tales(tales, tables(), ids)

    def tell(self, home: Home, at: datetime) -> Tale | None:
        """None where its notice would be one of these days."""
        lately = at >= self.until - LATELY
        kind, desk = self.dice.choice(self.types), desk_of(self.codes[home.estate_id])
        row = dict.fromkeys(COLUMNS) | {
            "estate_id": home.estate_id,
            "building_id": home.building_id,
            "unit_id": home.unit_id,
            "customer_id": home.customer_id if lately else None,
            "spot": "",
            "person": "" if lately else self.dice.choice(words.STRANGERS),
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
        tale.told.append((desk, at, lambda row: _noted(row, kind.name, self._label(home))))
        with suppress(NotYet):
            self._go(tale, home, kind, desk)
        return None if tale.row["state"] is ViolationState.noted else tale

    def _label(self, home: Home) -> str:
        return session().get_one(Unit, home.unit_id).label

    def _go(self, tale: Tale, home: Home, kind: ViolationType, desk: str) -> None:
        if self.dice.random() < 0.05:
            by = HEAD if desk != HEAD else DEPUTY
            tale.take("drop", by, tale.at + timedelta(hours=4), reason="经核实已取得书面同意")
            return
        served = tale.at + timedelta(minutes=self.dice.randint(30, 600))
        if served >= self.letters.closes:
            raise NotYet
        due_on = business_day_of(served) + timedelta(days=kind.days or 1)
        tale.take("serve", desk, served, {"due_on": due_on})
        tale.after = self._notice(tale, home, kind, due_on, desk)
        tale.told.append((desk, served, lambda row: _told(row, tale.after, home, due_on)))
        if self.dice.random() < 0.2:
            next_on = due_on + timedelta(days=3)
            self._look(tale, desk, due_on, next_on, self.dice.choice(words.NOT_PUT_RIGHT))
            due_on = next_on
        self._look(tale, desk, due_on, None, self.dice.choice(words.PUT_RIGHT))
        self._settle(tale, desk)

    def _notice(self, tale: Tale, home: Home, kind: ViolationType, due_on: date, desk: str) -> Tale:
        """As the notice of a violation is frozen."""
        row, at, form = tale.row, tale.at, Form.notice
        told = Case(place=self._label(home), found=row["found"], found_at=row["found_at"], type=kind)
        demand = Demand(wording=kind.words, clause=kind.clause, due_on=due_on)
        title, said, further = str(FORM_TITLES[form]), body(told, form, demand), plain(printed(told, form, demand))

        def content(number: str) -> dict[str, Any]:
            subject = f"{title} {row['number']}"
            day = business_day_of(at)
            kept: dict[str, Any] = further | self.letters.content(number, home, subject, said, day, row["person"])
            return kept

        letter = self.letters.sent(home, "violation", at, desk, content, party=row["person"], taker=row["person"])
        letter.row["summary"] = row["found"]
        return letter

    def _look(self, tale: Tale, desk: str, day: date, next_on: date | None, said: str) -> None:
        """Put right where nobody looks again."""
        at = beginning_of(day) + timedelta(hours=9, minutes=self.dice.randint(0, 420))
        changes: dict[str, Any] = {"rectified_at": NOW} if next_on is None else {"due_on": next_on}
        until = beginning_of(next_on) if next_on else None
        at = tale.take("failed" if next_on else "passed", desk, at, changes, note=said, until=until)
        facts: dict[str, Any] = {"passed": next_on is None, "words": said, "next_on": next_on, "key": None}
        tale.hang(ViolationInspection, **facts, **tale.by("inspected", desk), inspected_at=at)

    def _settle(self, tale: Tale, desk: str) -> None:
        at, note = tale.at + timedelta(minutes=self.dice.randint(5, 300)), "复查合格，予以结案"
        settled = {"settlement": Settlement.rectified, "settled_at": NOW}
        tale.take("settle", desk, at, settled, reason=Settlement.rectified.value, note=note)
        tale.told.append((desk, at, lambda row: _settled(row, note)))
        if tale.row["customer_id"] is None:
            tale.take("file", desk, at + timedelta(minutes=2), {"filed_at": NOW})


def _about(row: dict[str, Any]) -> dict[str, Any]:
    return {"violation_id": row["id"]} | {name: row[name] for name in ("customer_id", "unit_id", "number")}


def _noted(row: dict[str, Any], kind: str, place: str) -> ViolationNoted:
    return ViolationNoted(estate_id=row["estate_id"], complaint_id=None, type=kind, place=place, **_about(row))


def _told(row: dict[str, Any], letter: Tale | None, home: Home, due_on: date) -> ViolationLetterMade:
    sent = {"letter_id": row["letter_id"], "letter": letter.row["number"] if letter else ""}
    return ViolationLetterMade(
        form=Form.notice.value, to=row["person"] or home.name, due_on=due_on, **sent, **_about(row)
    )


def _settled(row: dict[str, Any], note: str) -> ViolationSettled:
    return ViolationSettled(settlement=Settlement.rectified.value, note=note, **_about(row))
