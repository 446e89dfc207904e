"""Any of the three forms becomes days with remarks: JSON, a date a line, or the published text. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.worktime.understanding.days import NamedDay, Understood
from crm.worktime.understanding.sentences import read_sentences
from crm.worktime.understanding.writing import DATE, TO, check_weekday, read_day, stretch

LONGEST_REST = 100
YEARS = range(2000, 2101)
YEAR = re.compile(r"(\d{4})年[^\d]{0,24}(?:节假日|放假|安排)")
ANY_YEAR = re.compile(r"(\d{4})[-/.年]")
TITLE = re.compile(r"[^\s,。:]{0,20}关于\d{4}年[^\s,。]{0,40}?通知")
ROW = re.compile(rf"(?P<first>{DATE})(?:{TO.pattern}(?P<last>{DATE.replace('?P<', '?P<last_')}))?\s*(?P<rest>.*)")
OFF = ("休息", "休", "放假", "off")
WORKS = ("上班", "补班", "班", "work")
MARK = re.compile(rf"[,:\s]*(?P<name>.*?)\s*(?P<mark>{'|'.join(OFF + WORKS)})(?![a-z])\s*(?P<more>.*)", re.IGNORECASE)
ROW_BEGINS = re.compile(rf"\d{{4}}[-/.]\d|\d{{8}}(?!\d)|{DATE}\s*[休班]")


def understand(text: str, year: int | None) -> Understood:
    """`year` None: the one the text itself names. Every line is understood, put aside, or has a remark."""
    text = unicodedata.normalize("NFKC", text).strip()
    understood = Understood(year or 0)
    title = TITLE.search(text)
    understood.title = title[0] if title else ""
    if text.startswith(("{", "[")):
        _read_json(text, understood)
    else:
        _read_lines(text, understood)
    if understood.year not in YEARS:
        understood.days, understood.remarks = [], []  # nothing that follows from a wrong year helps anybody
        understood.fault(0, _("Say which year the notice is for."))
    else:
        understood.check()
    return understood


def _read_lines(text: str, understood: Understood) -> None:
    said, any_year = YEAR.search(text), ANY_YEAR.search(text)
    if said:
        _take_year(int(said[1]), understood)
    elif any_year and not understood.year:
        understood.year = int(any_year[1])
    name = ""
    for line, written in enumerate(map(str.strip, text.splitlines()), start=1):
        if ROW_BEGINS.match(written):
            _read_row(written, line, understood)
        elif written:
            name = read_sentences(written, line, name, understood)


def _read_row(text: str, line: int, understood: Understood) -> None:
    """2027-01-01 休 元旦, 2027-02-05 至 2027-02-11 休 春节, 2027-02-20 (周六) 班."""
    found = ROW.fullmatch(text)
    mark = MARK.fullmatch(found["rest"][:LONGEST_REST]) if found else None
    if not (found and mark):
        understood.fault(line, _("Say 休 or 班 after the day: %(written)s", written=text[:60]))
        return
    try:
        _take_row(found, mark, line, understood)
    except DomainError as fault:
        understood.fault(line, str(fault))


def _take_row(found: re.Match[str], mark: re.Match[str], line: int, understood: Understood) -> None:
    ends = [re.fullmatch(DATE, found[part]) for part in ("first", "last") if found[part]]
    written = [read_day(end, understood.year, None) for end in ends if end]
    for each in written:
        check_weekday(each, understood, line)
    works, name = mark["mark"].lower() in WORKS, mark["name"] or mark["more"]
    days = stretch(written[0].day, written[-1].day)
    understood.days += [NamedDay(day, works, name[:40], line) for day in days]


def _read_json(text: str, understood: Understood) -> None:
    """{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}; lines count the entries."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        understood.fault(line, _("This is not complete JSON. Copy all of it, from the first bracket to the last."))
        return
    whole = found if isinstance(found, dict) else {"days": found}
    _take_year(whole.get("year"), understood)
    entries = whole.get("days")
    for line, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        _take_entry(entry, line, understood)


def _take_year(year: Any, understood: Understood) -> None:
    if not isinstance(year, int) or isinstance(year, bool):
        return
    if understood.year and year != understood.year:
        understood.fault(0, _("The text is for %(said)s, not for %(year)s.", said=str(year), year=str(understood.year)))
    understood.year = understood.year or year


def _take_entry(entry: Any, line: int, understood: Understood) -> None:
    facts = entry if isinstance(entry, dict) else {}
    written = re.fullmatch(DATE, str(facts.get("date", "")))
    if not (written and written["whole"] and isinstance(facts.get("isOffDay"), bool)):
        understood.fault(line, _("Entry %(line)s needs a date and isOffDay, true or false.", line=line))
        return
    try:
        day = read_day(written, understood.year, None).day
    except DomainError as fault:
        understood.fault(line, str(fault))
        return
    understood.year = understood.year or day.year
    understood.days.append(NamedDay(day, not facts["isOffDay"], str(facts.get("name", ""))[:40], line))
