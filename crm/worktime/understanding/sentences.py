"""The notice as it is published.

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

A clause begins with its holiday; what follows is read from left to right: days wait until 放假 or 上班 says what they
are. Lines without days are put aside, since a notice has a head, a foot and exhortations. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.worktime.understanding.days import NamedDay, Understood
from crm.worktime.understanding.writing import DATE, TO, check_weekday, read_day, stretch

NUMBER = r"[一二三四五六七八九十]+\s*[、.]"
HEADING = re.compile(rf"(?:{NUMBER})?\s*([^\d\s,。;:()]{{2,16}}?)\s*:")
CLAUSES = re.compile(rf"(?<=[。;])\s*(?={NUMBER})")
VERBS = re.compile("放假|上班|补班")
TOKEN = re.compile(rf"(?P<date>{DATE})|(?P<off>放假|连休)|(?P<works>上班|补班)|(?P<count>\d{{1,2}})天")


@dataclass(slots=True)
class Clause:
    """What is being read: the days that wait for their verb, and the last holiday, for its count."""

    understood: Understood
    name: str
    line: int
    waiting: list[date] = field(default_factory=list)
    off: list[date] = field(default_factory=list)
    before: date | None = None

    def read(self, text: str) -> None:
        end = 0
        for found in TOKEN.finditer(text):
            kind = found.lastgroup if found.lastgroup in ("off", "works", "count") else "date"
            if kind == "date":
                self._take(found, to=bool(self.waiting and TO.fullmatch(text[end : found.start()])))
            elif kind == "count":
                self._compare(int(found["count"]))
            else:
                self._say(works=kind == "works")
            end = found.end()
        if self.waiting:
            self.understood.fault(self.line, _("It does not say whether %(day)s is off.", day=self.waiting[0]))

    def _take(self, found: re.Match[str], *, to: bool) -> None:
        written = read_day(found, self.understood.year, self.before)
        check_weekday(written, self.understood, self.line)
        self.waiting += stretch(self.waiting[-1], written.day)[1:] if to else [written.day]
        self.before = written.day

    def _say(self, *, works: bool) -> None:
        if self.waiting and not works:
            self.off = self.waiting
        self.understood.days += [NamedDay(day, works, self.name, self.line) for day in self.waiting]
        self.waiting = []

    def _compare(self, count: int) -> None:
        """共3天 belongs to the days off that were named last."""
        if self.off and count != len(self.off):
            facts = {"name": self.name, "said": count, "found": len(self.off)}
            self.understood.doubt(self.line, _("%(name)s: the text says %(said)s days, it names %(found)s.", **facts))


def read_sentences(text: str, line: int, name: str, understood: Understood) -> str:
    """A line of the notice; returns the holiday it ends with, which the next line may go on about."""
    for part in CLAUSES.split(text):
        heading = HEADING.match(part)
        name = heading[1] if heading else name
        if not (re.search(DATE, part) and VERBS.search(part)):
            _put_aside(part, line, understood)
        elif not name:
            understood.fault(line, _("Say first which holiday it is, such as “元旦：”."))
        else:
            _read_clause(Clause(understood, name, line), part[heading.end() if heading else 0 :])
    return name


def _put_aside(text: str, line: int, understood: Understood) -> None:
    """The day under the notice is its own; any other day without a verb wants a look."""
    understood.aside.append((line, text))
    if re.search(DATE, text) and not re.fullmatch(DATE, text.rstrip("。")):
        understood.doubt(line, _("It names a day and says neither 放假 nor 上班: %(written)s", written=text[:60]))


def _read_clause(clause: Clause, text: str) -> None:
    try:
        clause.read(text)
    except DomainError as fault:
        clause.understood.fault(clause.line, str(fault))
