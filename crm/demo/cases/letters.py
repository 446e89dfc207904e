"""A year of letters: in from customers and authorities, passed on and answered; out with the proof that they arrived."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from crm.bulk import Ids
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
from crm.dates import business_day_of
from crm.demo.cases import words
from crm.demo.cases.complaints import Home
from crm.demo.cases.tales import NAMES, NotYet, Tables, Tale, number, pour_tales
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.numbering import Taken, take_all
from crm.violations.types.models import ViolationType

COLUMNS = [column.key for column in Letter.__mapper__.columns]
NOW = object()
WAYS = (Way.by_hand, Way.by_hand, Way.email, Way.message, Way.post)


def tables(direction: Direction) -> Tables:
    series, pattern = SERIES[direction]

    def numbers(day: date, count: int) -> list[Taken]:
        return take_all(series, pattern, year=day.year, count=count)

    return Tables(
        model=Letter, step=LetterStep, owner="letter_id", began="registered_at", numbers=numbers, by_year=True
    )


class Letters:
    """Tells letters; those that go out are poured first, since others point to them."""

    def __init__(self, ground: Ground, dice: Random, until: datetime) -> None:
        self.ground, self.dice, self.until = ground, dice, until
        self.codes = {estate_id: code for code, estate_id in ground.estates.items()}
        self.out: list[Tale] = []
        self.come: list[tuple[Tale, Tale | None]] = []  # with its answer

    def pour(self, ids: Ids) -> None:
        """Each series in the order of its days; an answer points to the letter it answers."""
        come = sorted((tale for tale, _answer in self.come), key=lambda tale: tale.row["registered_at"])
        number(come, tables(Direction.incoming), ids)
        pour_tales(come, tables(Direction.incoming), ids)
        for tale, answer in self.come:
            if answer:
                answer.row["reply_to_id"] = tale.row["id"]
        self.out.sort(key=lambda tale: tale.row["registered_at"])
        number(self.out, tables(Direction.outgoing), ids)
        pour_tales(self.out, tables(Direction.outgoing), ids)
        self.out, self.come = [], []

    def notice_of_violation(self, home: Home, kind: ViolationType, at: datetime, desk: str) -> Tale:
        subject = "违规通知书"
        return self._sent(home, "violation", subject, kind.words or kind.name, at, desk)

    def tell(self, home: Home, at: datetime) -> None:
        """One that comes in."""
        kind, party, subject, days = self.dice.choice(words.LETTERS_IN)
        desk = desk_of(self.codes[home.estate_id])
        row = self._row(home, kind, subject, at, Direction.incoming)
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
        tale.begin("register", desk, at)
        with suppress(NotYet):
            answer = self._answered(tale, home, desk, days)
            self.come.append((tale, answer))
            return
        self.come.append((tale, None))

    def _answered(self, tale: Tale, home: Home, desk: str, days: int) -> Tale | None:
        if not days:
            self._take(tale, "note", desk, (30, 600), {"answered_at": NOW}, reason="已阅，转告相关部门")
            self._take(tale, "file", desk, (5, 600), {"filed_at": NOW})
            return None
        given = {"handler_id": self.ground.users["zhouhui"], "passed_on_at": NOW}
        self._take(tale, "pass_on", desk, (20, 500), given, note="请按期答复")
        late = self.dice.random() < 0.1
        span = (days * 1440, days * 1440 + 2000) if late else (300, max(days - 1, 1) * 1440)
        at = self._take(tale, "answer", "zhouhui", span, {"answered_at": NOW})
        answer = self._sent(home, "answer", f"关于“{tale.row['subject']}”的复函", words.ANSWERS, at, "zhouhui")
        if tale.row["party"]:
            answer.row |= {"customer_id": None, "unit_id": None, "party": tale.row["party"]}
        self._take(tale, "file", desk, (30, 1500), {"filed_at": NOW})
        return answer

    def _sent(self, home: Home, kind: str, subject: str, body: str, at: datetime, by: str) -> Tale:
        row = self._row(home, kind, subject, at, Direction.outgoing)
        day = business_day_of(at)
        row["content"] = {"subject": subject, "body": body, "day": f"{day.year}年{day.month}月{day.day}日"}
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=self.until)
        tale.row["registered_by"] = NAMES[by]
        tale.begin("register", by, at)
        with suppress(NotYet):
            served = self._take(tale, "serve", by, (20, 1500), {"sent_at": NOW, "served_at": NOW})
            tale.hang(
                LetterDelivery,
                channel=Channel.by_hand,
                arrival=Arrival.delivered,
                delivered_on=business_day_of(served),
                person=home.name,
                witness="",
                tracking="",
                upload_id=None,
                note="",
                reverses_id=None,
                **tale.by("recorded", by),
                recorded_at=served,
            )
            self._take(tale, "file", by, (30, 1500), {"filed_at": NOW})
        self.out.append(tale)
        return tale

    def _row(self, home: Home, kind: str, subject: str, at: datetime, direction: Direction) -> dict[str, Any]:
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
            "registered_by": NAMES[desk_of(self.codes[home.estate_id])],
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
        given = {name: at if value is NOW else value for name, value in (changes or {}).items()}
        return tale.take(action, by, at, given, **said)
