"""A year of letters: in from customers and authorities, passed on and answered; out with the proof that they arrived."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from crm.bulk import Ids
from crm.correspondence.letters.events import LetterRegistered
from crm.correspondence.letters.models import (
    WORKFLOW,
    Direction,
    Letter,
    LetterDelivery,
    LetterState,
    LetterStep,
    Way,
)
from crm.correspondence.letters.numbers import SERIES
from crm.correspondence.serving.models import Arrival, Channel
from crm.dates import business_day_of, in_words
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.receipts import Home
from crm.demo.cases.tales import NAMES, NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.numbering import Taken, take_all
from crm.properties.models import Estate, Unit
from crm.steps.taking import NOW
from crm.tenants.models import Customer

COLUMNS = [column.key for column in Letter.__mapper__.columns]
HEAD = "zhouhui"
WAYS = (Way.by_hand, Way.by_hand, Way.email, Way.message, Way.post)
Content = Callable[[str], dict[str, Any]]  # what a letter out says, once its number is known


def tables(direction: Direction) -> Tables:
    series, pattern = SERIES[direction]

    def numbers(day: date, count: int) -> list[Taken]:
        return take_all(series, pattern, year=day.year, count=count)

    return Tables(
        model=Letter, step=LetterStep, owner="letter_id", began="registered_at", numbers=numbers, by_year=True
    )


class Letters:
    """Tells letters; those that go out are numbered with the others' keys known, since they point to one another.

    `closes`: no letter gets its number from then on, what is to do these days is told otherwise.
    """

    def __init__(self, ground: Ground, dice: Random, until: datetime, closes: datetime) -> None:
        self.ground, self.dice, self.until, self.closes = ground, dice, until, closes
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        self.estates = {estate_id: session().get_one(Estate, estate_id) for estate_id in self.codes}
        self.out: list[tuple[Tale, Content]] = []
        self.come: list[Tale] = []  # `after`: the answer

    def pour(self, ids: Ids) -> None:
        """Each series in the order of its days; an answer points to the letter it answers."""
        self.come.sort(key=lambda tale: tale.row["registered_at"])
        self.out.sort(key=lambda each: each[0].row["registered_at"])
        out = [tale for tale, _content in self.out]
        number(self.come, tables(Direction.incoming), ids)
        number(out, tables(Direction.outgoing), ids)
        for tale in self.come:
            if tale.after:
                tale.after.row["reply_to_id"] = tale.row["id"]
                answered = next(step for step in tale.steps if step["action"] == "answer")
                answered["note"] = tale.after.row["number"]
        for tale, content in self.out:
            tale.row["content"] = content(tale.row["number"])
            tale.row["subject"] = tale.row["content"]["subject"]
        pour_tales(self.come, tables(Direction.incoming), ids)
        pour_tales(out, tables(Direction.outgoing), ids)
        self.out, self.come = [], []

    def tell(self, home: Home, at: datetime) -> None:
        """One that comes in; left out where the answer would be one of these days."""
        kind, party, subject, days = self.dice.choice(words.LETTERS_IN)
        desk = desk_of(self.codes[home.estate_id])
        row = self._row(home, kind, subject, at, Direction.incoming, desk)
        row |= {
            "way": Way.post if party else self.dice.choice(WAYS),
            "doc_no": f"〔{at.year}〕{self.dice.randrange(3, 320)}号" if party else "",
            "dated_on": business_day_of(at) - timedelta(days=self.dice.randint(0, 4)),
            "pages": self.dice.choice((1, 1, 2, 3)),
            "reply_due_on": business_day_of(at) + timedelta(days=days) if days else None,
        }
        if party:
            row |= {"customer_id": None, "unit_id": None, "party": party}
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=self.until)
        self._begin(tale, desk, at)
        with suppress(NotYet):
            tale.after = self._answered(tale, home, desk, days)
        if tale.row["answered_at"]:
            self.come.append(tale)

    def _answered(self, tale: Tale, home: Home, desk: str, days: int) -> Tale | None:
        if not days:
            self._take(tale, "note", desk, (30, 600), {"answered_at": NOW}, reason="已阅，转告相关部门")
            self._take(tale, "file", desk, (5, 600), {"filed_at": NOW})
            return None
        given = {"handler_id": self.ground.users[HEAD], "passed_on_at": NOW}
        self._take(tale, "pass_on", desk, (20, 500), given, note="请按期答复")
        late = self.dice.random() < 0.1
        span = (days * 1440, days * 1440 + 2000) if late else (300, max(days - 1, 1) * 1440)
        minutes = self.dice.randint(*span)
        if tale.at + timedelta(minutes=minutes) >= self.closes:
            raise NotYet
        at = self._take(tale, "answer", HEAD, (minutes, minutes), {"answered_at": NOW})
        answer = self._answer(tale, home, at)
        with suppress(NotYet):
            self._take(tale, "file", desk, (30, 1500), {"filed_at": NOW})
        return answer

    def _answer(self, tale: Tale, home: Home, at: datetime) -> Tale:
        row = tale.row
        subject, party = f"关于“{row['subject']}”的复函", row["party"]

        def content(number: str) -> dict[str, Any]:
            told = self.content(number, home, subject, words.ANSWERS, business_day_of(at), party)
            return told | {"answers": f"{row['doc_no'] or row['number']} {row['subject']}"}

        return self.sent(home, "answer", at, HEAD, content, party=party)

    def content(self, number: str, home: Home, subject: str, body: str, day: date, party: str) -> dict[str, Any]:
        """As `letters.content.frozen` has it."""
        estate, unit = self.estates[home.estate_id], session().get_one(Unit, home.unit_id)
        label = "" if party else unit.label
        return {
            "number": number,
            "subject": subject,
            "body": body,
            "day": day.isoformat(),
            "day_in_words": in_words(day),
            "to": party or home.name,
            "customer_code": "" if party else session().get_one(Customer, home.customer_id).code,
            "unit": label,
            "address": " ".join(filter(None, (estate.address, estate.name, label))) if label else "",
            "estate": estate.name,
            "company": estate.company or estate.name,
            "phone": estate.phone,
            "answers": "",
        }

    def sent(
        self, home: Home, kind: str, at: datetime, by: str, content: Content, *, party: str = "", taker: str = ""
    ) -> Tale:
        """One of ours, and that it was brought. `taker`: who took it, where it is neither the customer nor an office."""
        row = self._row(home, kind, "", at, Direction.outgoing, by)
        if party:
            row |= {"customer_id": None, "unit_id": None, "party": party}
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=self.until)
        self._begin(tale, by, at)
        with suppress(NotYet):
            person = taker or ("收发室" if party else home.name)
            served = self._take(tale, "serve", by, (20, 1500), {"served_at": NOW})
            self._brought(tale, by, served, person)
            self._take(tale, "file", by, (30, 1500), {"filed_at": NOW})
        self.out.append((tale, content))
        return tale

    def _brought(self, tale: Tale, by: str, at: datetime, person: str) -> None:
        tale.hang(
            LetterDelivery,
            channel=Channel.by_hand,
            arrival=Arrival.delivered,
            delivered_on=business_day_of(at),
            person=person,
            witness="",
            tracking="",
            upload_id=None,
            note="",
            reverses_id=None,
            **tale.by("recorded", by),
            recorded_at=at,
        )

    def _begin(self, tale: Tale, by: str, at: datetime) -> None:
        tale.begin("register", by, at, note=tale.row["subject"])
        tale.told.append((by, at, _registered))

    def _row(self, home: Home, kind: str, subject: str, at: datetime, direction: Direction, by: str) -> dict[str, Any]:
        return dict.fromkeys(COLUMNS) | {
            "estate_id": home.estate_id,
            "direction": direction,
            "kind": kind,
            "customer_id": home.customer_id,
            "unit_id": home.unit_id,
            "party": "",
            "address": "",
            "doc_no": "",
            "dated_on": business_day_of(at),
            "subject": subject,
            "summary": "",
            "about_kind": "",
            "state": LetterState.registered,
            "registered_by": NAMES[by],
            "registered_at": at,
        }

    def _take(
        self,
        tale: Tale,
        action: str,
        by: str,
        span: tuple[int, int],
        changes: dict[str, Any] | None = None,
        **said: Any,
    ) -> datetime:
        at = tale.at + timedelta(minutes=self.dice.randint(*span))
        return tale.take(action, by, at, changes, **said)


def _registered(row: dict[str, Any]) -> LetterRegistered:
    facts = {name: row[name] for name in ("estate_id", "customer_id", "unit_id", "number", "kind", "subject", "party")}
    return LetterRegistered(letter_id=row["id"], direction=row["direction"].value, **facts)
