"""From rows to projects: what is taken, what stands already, what is refused and why. Writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm import identity
from crm.archive.credit.importing.draft import MOST, Draft, DraftedProject
from crm.archive.credit.importing.row import KINDS, STATES, Row
from crm.archive.credit.models import ClientKind, ProjectKind, ProjectState
from crm.archive.credit.service import ClientFacts
from crm.archive.credit.terms import Terms
from crm.archive.numbers.listings import STATE_TITLES
from crm.archive.numbers.naming import ArchiveNo, parse
from crm.dates import months_later
from crm.numbering import NumberState
from crm.web.identities import FAULT_TEXTS
from crm.workbooks import readers
from crm.workbooks.cells import as_text
from crm.workbooks.registers import Block
from crm.workbooks.rows import RowRefused

STEPS = ("applied_on", "approved_on", "ends_on", "settled_on")
S = ProjectState


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What the installation knows: managers by name (None where two share it), words of numbers, projects by key."""

    today: date
    managers: Mapping[str, int | None]
    words: Mapping[str, ProjectKind]
    projects: Mapping[str, tuple[Any, ...]]  # by `imported_as` or archive number: what `likeness` says of it
    unnumbered: Set[str]  # `imported_as` of those that have no archive number yet
    numbers: Mapping[str, NumberState]  # number text -> state, whether a project stands behind it or not
    lasts: Mapping[tuple[str, int], int]  # (word, year) -> the highest serial of the series


def draft(blocks: list[Block], present: Present) -> Draft:
    made, seen = Draft(lasts=present.lasts), set[str]()
    for block in blocks:
        for number, cells in block.data():
            row = Row(block, number, cells)
            if row.is_sum("number", "client", "kind", "note"):
                continue
            try:
                _take(made, seen, row, present)
            except RowRefused as refused:
                made.refused.append(refused.args[0])
                if number_of_row := parse(as_text(row.cell("number"))):
                    made.held.add(number_of_row)
    return made


def _take(made: Draft, seen: set[str], row: Row, present: Present) -> None:
    project = _project(row, present)
    if project.key in seen:
        field = "number" if project.number else "client"
        raise row.out(field, _("This project stands in the file twice. Keep one of the rows."))
    seen.add(project.key)
    if project.key in present.projects:
        _expect_same(row, project, present.projects[project.key])
        made.unchanged += 1
        return
    if project.number and (state := present.numbers.get(project.number.text)):
        told = STATE_TITLES[state]
        raise row.out("number", _("This number is in the ledger of numbers already: %(state)s.", state=told))
    if project.facts in present.unnumbered and project.facts not in seen:
        seen.add(project.facts)
        _expect_same(row, project, present.projects[project.facts])
        project = replace(project, stands=True)
    made.projects.append(project)


def likeness(project: Any, client: str) -> tuple[Any, ...]:
    """What must agree for a row to be the project that stands already."""
    return client, project.amount, project.ends_on, project.settled_on


def _expect_same(row: Row, project: DraftedProject, standing: tuple[Any, ...]) -> None:
    fields = ("client", "amount", "ends_on", "settled_on")
    drafted = (project.client.name, project.terms.amount, project.ends_on, project.settled_on)
    for field, new, old in zip(fields, drafted, standing, strict=True):
        if new != old:
            raise row.out(field, _("The register has %(old)s here. Correct it on the project's page.", old=old or "–"))


def _project(row: Row, present: Present) -> DraftedProject:
    number, client = _number(row, present), _client(row, present.today)
    kind = _kind(row, number, present)
    days = _days(row, present.today)
    state = _state(row, days)
    terms = _terms(row, days)
    if number and days["ends_on"] is None:
        raise row.out("number", _("A number stands here and no day of disbursement. Enter the day."))
    facts: dict[str, Any] = {
        "kind": kind,
        "client": client,
        "terms": terms,
        **days,
        **_managers(row, present),
    }
    return DraftedProject(
        key=number.text if number else _key(facts),
        facts=_key(facts),
        number=number,
        state=state,
        purpose=row.text("purpose"),
        note=row.text("note"),
        repaid=_repaid(row, terms.amount, state),
        guarantors=row.parts("guarantors"),
        collateral=row.text("collateral"),
        contracts=_contracts(row),
        **facts,
    )


def _key(facts: dict[str, Any]) -> str:
    """By what a row without a number is known: the client, what was lent when, by whom."""
    terms = facts["terms"]
    told = (facts["kind"].value, facts["client"].name, terms.amount, facts["applied_on"], facts["a_id"], facts["b_id"])
    return hashlib.sha256("|".join(map(str, told)).encode()).hexdigest()


def _number(row: Row, present: Present) -> ArchiveNo | None:
    text = row.text("number")
    if not text:
        return None
    number = parse(text)
    if number is None or number.part is not None:
        raise row.out("number", _("This is no archive number. Write it such as 2012鸿借字第001号."))
    if number.serial > present.lasts.get((number.word, number.year), 0) + MOST:
        raise row.out("number", _("This number is too far from the others of its series. Look at its digits."))
    return number


def _kind(row: Row, number: ArchiveNo | None, present: Present) -> ProjectKind:
    by_word = present.words.get(number.word) if number else None
    said: ProjectKind | None = row.word("kind", KINDS)
    if by_word and said and by_word is not said:
        raise row.out("kind", _("The word of the archive number says the other kind. Correct one of the two."))
    found = by_word or said
    if found is None:
        raise row.out("kind", _("Say whether it is a loan (借) or a guarantee (保)."))
    return found


def _client(row: Row, today: date) -> ClientFacts:
    name = row.text("client")
    if not name:
        raise row.out("client", _("The client's name is missing."))
    code, id_number = identity.tidy_number(row.text("credit_code")), identity.tidy_number(row.text("id_number"))
    if code and (fault := identity.credit_code_fault(code)):
        raise row.out("credit_code", str(FAULT_TEXTS[fault]))
    if id_number and (fault := identity.id_number_fault(id_number, today)):
        raise row.out("id_number", str(FAULT_TEXTS[fault]))
    company = bool(code) or readers.is_company(name)
    if company and id_number:
        raise row.out("id_number", _("A company has no ID number. Write its credit code and leave this cell empty."))
    return ClientFacts(
        kind=ClientKind.company if company else ClientKind.person,
        name=name,
        credit_code=code,
        id_number=identity.modern_id_number(id_number) if id_number else "",
        phone=row.phone(),
    )


def _days(row: Row, today: date) -> dict[str, date | None]:
    """Application, approval, end and settlement in this order, none of them to come; the due day as it stands."""
    said = {field: row.day(field) for field in STEPS}
    before: date | None = None
    for field, day in said.items():
        if day and day > today:
            raise row.out(field, _("This day is still to come."))
        if day and before and day < before:
            raise row.out(field, _("This day lies before the step that comes first (%(day)s).", day=before))
        before = day or before
    ends, due = said["ends_on"], row.day("due_on")
    said["applied_on"] = said["applied_on"] or said["approved_on"] or ends
    if said["applied_on"] is None:
        raise row.out("applied_on", _("A day is missing: of the application, or of the disbursement."))
    if said["settled_on"] and ends is None:
        raise row.out("settled_on", _("It is settled and was never disbursed. Enter the day of disbursement."))
    if due and ends and due <= ends:
        raise row.out("due_on", _("The due day must lie after the day of the end."))
    return said | {"due_on": due}


def _state(row: Row, days: Mapping[str, date | None]) -> ProjectState:
    """By its days; a word in the file may only say what the days allow."""
    by_days = S.applied
    for field, state in (("approved_on", S.approved), ("ends_on", S.ended), ("settled_on", S.settled)):
        by_days = state if days[field] else by_days
    said: ProjectState | None = row.word("state", STATES)
    if said in (S.refused, S.withdrawn) and by_days in (S.applied, S.approved):
        return said
    if said and said is not by_days:
        raise row.out("state", _("The days of the row say another state. Enter the day that is missing."))
    return by_days


def _terms(row: Row, days: dict[str, date | None]) -> Terms:
    amount, months = row.yuan("amount"), row.months("term_months")
    if not amount:
        raise row.out("amount", _("The sum is missing."))
    ends, due = days["ends_on"], days["due_on"]
    if months is None and ends and due:
        months = max(1, round((due - ends).days / 30.44))
    if months is None:
        raise row.out("term_months", _("The term is missing, and the due day as well."))
    if ends:
        days["due_on"] = due or months_later(ends, months)
    return Terms(amount=amount, term_months=months, rate=row.rate("rate") or Decimal(0))


def _managers(row: Row, present: Present) -> dict[str, int]:
    found = {f"{field}_id": _manager(row, field, present) for field in ("a", "b")}
    if found["a_id"] == found["b_id"]:
        raise row.out("b", _("A and B must be two different project managers (L-06). Choose another one as B."))
    return found


def _manager(row: Row, field: str, present: Present) -> int:
    name = "".join(row.text(field).split())
    if not name:
        raise row.out(field, _("A name is missing: every project has an A and a B."))
    if name not in present.managers:
        raise row.out(field, _("Nobody of this name is a project manager here. Open the account first."))
    user_id = present.managers[name]
    if user_id is None:
        raise row.out(field, _("Two project managers have this name. Enter the project by hand."))
    return user_id


def _contracts(row: Row) -> tuple[str, ...]:
    """Numbers as they stand: one of 15 digits is no person's."""
    found = row.parts("contract", kept=str)
    if any(not identity.id_number_fault(number, date.max) for number in found):
        raise row.out("contract", _("This is a person's ID number. Write the number of the contract."))
    return found


def _repaid(row: Row, amount: Decimal, state: ProjectState) -> Decimal:
    """Principal that has come back; of a settled project all of it."""
    if state is S.settled:
        return amount
    if state is not S.ended:
        return Decimal(0)
    repaid, outstanding = row.yuan("repaid"), row.yuan("outstanding")
    if repaid is None and outstanding is None:
        return Decimal(0)
    found = repaid if repaid is not None else amount - (outstanding or Decimal(0))
    if outstanding is not None and found + outstanding != amount:
        raise row.out("outstanding", _("Repaid and outstanding do not add up to the sum."))
    if not 0 <= found <= amount:
        raise row.out("repaid" if repaid is not None else "outstanding", _("This is more than the sum."))
    return found
