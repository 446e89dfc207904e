"""What a paper says, in its reader's words: kept contents are codes without any language (decision 022)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.archive.dossiers import retention
from crm.archive.dossiers.history import title_of, told_by
from crm.archive.dossiers.models.dossier import STATE_TITLES
from crm.archive.dossiers.models.records import ASK_TITLES
from crm.archive.dossiers.models.template import KIND_TITLES
from crm.archive.dossiers.papers import form_in_words, note_in_words, security_in_words
from crm.archive.dossiers.proof import Difference, Paper
from crm.archive.dossiers.service.records import DOSSIER_FIELDS, ITEM_FIELDS, value_title
from crm.archive.numbers.listings import STATE_TITLES as NUMBER_TITLES

FIELD_TITLES: dict[str, LazyString] = {
    "number": _l("Archive number"),
    "title": _l("Title"),
    "kind": _l("Kind"),
    "security": _l("Security class"),
    "retention": _l("Retention period"),
    "count": _l("Documents"),
    "pages": _l("Page count"),
    "sheets": _l("Sheets"),
    "version": _l("Version"),
    "template": _l("Checklist"),
    "edition": _l("Edition"),
    "client": _l("Client"),
    "lines": _l("Lines"),
    "sections": _l("Sections"),
    "attachments": _l("Attachments"),
    "needless": _l("Not needed here"),
    "notes": _l("Notes"),
    "position": _l("Place"),
    "code": _l("Item code"),
    "document": _l("Document"),
    "doc_no": _l("Document number"),
    "contract_no": _l("Contract number"),
    "responsible": _l("Responsible party"),
    "date": _l("Date"),
    "page_from": _l("From page"),
    "page_to": _l("To page"),
    "range": _l("On page"),
    "form": _l("Original or copy"),
    "note": _l("Remark"),
    "supplement": _l("supplement"),
    "owner": _l("Belongs to"),
    "copies": _l("Copies"),
    "released": _l("given back"),
    "what": _l("What happened"),
    "data": _l("In detail"),
    "who": _l("By"),
    "arranged_by": _l("Arranged by"),
    "arranged_on": _l("Arranged on"),
    "checked_by": _l("Checked by"),
    "checked_on": _l("Checked on"),
    "field": _l("Field"),
    "old": _l("Filed as"),
    "new": _l("To be shown"),
    "reason": _l("Reason"),
    "evidence": _l("Evidence"),
    "receiver": _l("Receiver"),
    "state": _l("State"),
    "asked_by": _l("Asked by"),
    "asked_on": _l("Asked for on"),
    "decided_by": _l("Approved or refused by"),
    "decided_on": _l("Decided on"),
    "decision": _l("Decision"),
    "last": _l("Last number"),
    "reserved_on": _l("Reserved on"),
    "reserved_by": _l("Reserved by"),
    "settled_on": _l("Settled on"),
    "settled_by": _l("Settled by"),
    "day": _l("Day"),
    "year": _l("Year"),
    "opened_on": _l("Dossier opened on"),
    "filed_on": _l("Filed on"),
    "where": _l("Place or person"),
    "answers": _l("Answers for it"),
    "ends_on": _l("Project's end"),
    "a": _l("A"),
    "b": _l("B"),
    "slot": _l("Document of the checklist"),
    "original_no": _l("Contract number as signed"),
    "files": _l("Scans"),
    "waived": _l("Waived"),
    "by": _l("By"),
    "supplements": _l("Supplements"),
    "giver": _l("Brought by"),
    "archivist": _l("Archivist"),
    "registered_at": _l("Registered at"),
    "doc_date": _l("Date"),
    "valid_until": _l("Valid until"),
    "signed": _l("Signatures"),
    "slip": _l("Hash of the slip"),
    "grade": _l("How it was signed"),
    "at": _l("When"),
}
UNSAID = ("paper", "subject", "item_id", "document_id", "slot", "files")  # what the paper itself does not say
TOTALS = ("count", "pages", "sheets", "last", "version")  # told to whoever holds the paper
STATES = {state.value: title for titles in (STATE_TITLES, ASK_TITLES, NUMBER_TITLES) for state, title in titles.items()}


def _titled(titles: Mapping[Any, Any]) -> Callable[[str], Any]:
    return lambda code: titles.get(code, code)


WORDS: dict[str, Callable[[str], Any]] = {
    "kind": _titled(KIND_TITLES),
    "state": _titled(STATES),
    "field": _titled(DOSSIER_FIELDS | ITEM_FIELDS),
    "security": security_in_words,
    "retention": retention.in_words,
    "form": form_in_words,
    "note": note_in_words,
    "what": title_of,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list within the paper, to be compared line by line."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


class Wording:
    """The words of one kind of paper: its own before those that all share."""

    def __init__(self, paper: Paper | None = None) -> None:
        said = paper.words if paper else {}
        own = {name: titles if callable(titles) else _titled(titles) for name, titles in said.items()}
        self.fields: dict[str, Any] = {**FIELD_TITLES, **(paper.fields if paper else {})}
        self.words = WORDS | own

    def field(self, path: Sequence[str]) -> str:
        """Where in the paper: the names of lists are left out, a line is called by its code or title."""
        *places, last = path
        named = [place for place in places if place not in self.fields]
        return " · ".join((*named, self._title(last)))

    def value(self, field: str, value: Any) -> str:
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, Mapping):
            return " · ".join(filter(None, (self._part(name, each) for name, each in _said(value))))
        if isinstance(value, list):
            return " · ".join(self.value(field, each) for each in value)
        return str(self.words[field](value)) if field in self.words else str(value)

    def differences(self, found: Sequence[Difference]) -> list[tuple[str, str, str]]:
        """Where, what the paper says, what holds now."""
        return [
            (self.field(each.path), self.value(each.path[-1], each.printed), self.value(each.path[-1], each.now))
            for each in found
        ]

    def totals(self, content: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What tells of nobody, so that whoever holds the paper can compare it."""
        return [(self._title(name), str(content[name])) for name in TOTALS if name in content]

    def head(self, content: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Everything that is no list, but the totals."""
        single = ((name, value) for name, value in _said(content) if not _is_list(value) and name not in TOTALS)
        return [(self._title(name), self.value(name, value)) for name, value in single]

    def tables(self, content: Mapping[str, Any]) -> Iterator[Table]:
        """Every list, sections one by one."""
        for name, value in _said(content):
            if name == "sections":
                for section in value:
                    yield self._table(f"{section['position']} {section['title']}", section["lines"])
            elif _is_list(value):
                yield self._table(self._title(name), value)

    def _title(self, field: str) -> str:
        return str(self.fields.get(field, field))

    def _part(self, name: str, value: Any) -> str:
        """Of a group; a group within it is named."""
        told = self.value(name, value)
        return f"{self._title(name)}{_(': ')}{told}" if told and isinstance(value, Mapping) else told

    def _table(self, title: str, lines: Sequence[Mapping[str, Any]]) -> Table:
        names = [name for name, _value in _said(lines[0]) if any(line.get(name) for line in lines)] if lines else []
        return Table(
            title=title,
            headings=[self._title(name) for name in names],
            rows=[[self.value(name, line.get(name)) for name in names] for line in map(_told, lines)],
        )


def _told(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """An event's data are told in its own words, and what a correction says in those of its field."""
    if "data" in line:
        return {**line, "data": told_by(line["what"], line["data"])}
    if "field" in line:
        return {**line, **{name: value_title(line["field"], line[name]) for name in ("old", "new")}}
    return line


def _said(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in _told(content).items() if name not in UNSAID)


def _is_list(value: Any) -> bool:
    """Of lines; names and places one after the other are told in one."""
    return isinstance(value, list) and not any(isinstance(each, str) for each in value)
