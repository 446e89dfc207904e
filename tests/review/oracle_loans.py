"""What is wrong with the dossier of a loan or guarantee: its client, what stands behind it, its way to the archive."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag

from crm.archive.credit.figures import APPROVED_DAYS
from crm.archive.credit.models import (
    Client,
    ClientKind,
    Collateral,
    CollateralKind,
    Contract,
    ProjectKind,
    ProjectState,
)
from crm.archive.dossiers.models import Item
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.handover.figures import ANSWER_DAYS
from crm.archive.handover.models import (
    Clock,
    Deadline,
    HandoverState,
    LateFiling,
    LateState,
    LineKind,
    LineState,
    Postponement,
    SupplementLine,
    SupplementList,
)
from crm.auth.models import User, UserRole
from crm.auth.permissions import RoleName
from crm.db import session
from crm.identity import credit_code_fault, id_number_fault
from crm.phones import is_placeholder_phone, normalise_phone
from crm.secrecy import unseal
from tests.review.oracle_books import Books, ids, name_of, rows
from tests.review.oracle_dossiers import Ask, is_needless

RUNNING = (ProjectState.applied, ProjectState.approved, ProjectState.ended)
REGISTERED = (CollateralKind.real_estate, CollateralKind.land, CollateralKind.vehicle)


# The client of a project that runs


def _client(books: Books) -> Client | None:
    return books.client if books.project and books.project.state in RUNNING else None


def _has_number(client: Client) -> bool:
    return client.credit_code != "" if client.kind is ClientKind.company else client.id_index is not None


def client_number_missing(books: Books) -> bool:
    client = _client(books)
    return client is not None and not _has_number(client)


def client_phone_missing(books: Books) -> bool:
    client = _client(books)
    return client is not None and client.phone == ""


def representative_missing(books: Books) -> bool:
    client = _client(books)
    return client is not None and client.kind is ClientKind.company and client.legal_representative == ""


def client_number_wrong(books: Books) -> bool:
    client = _client(books)
    if client is None or not _has_number(client):
        return False
    if client.kind is ClientKind.company:
        return bool(credit_code_fault(client.credit_code))
    try:
        return bool(id_number_fault(unseal(client.id_sealed or b""), books.day))
    except InvalidTag:
        return True  # nobody can read it


def client_phone_wrong(books: Books) -> bool:
    client = _client(books)
    if client is None or client.phone == "":
        return False
    return not normalise_phone(client.phone) or is_placeholder_phone(client.phone)


# Securities, contracts, the project's days


def _is_owed(books: Books) -> bool:
    return books.project is not None and books.project.state is ProjectState.ended


def collateral_without_certificate(books: Books) -> list[int]:
    held = [row for row in _behind(books, Collateral) if row.kind in REGISTERED]
    return [row.id for row in held if row.certificate_no == ""] if _is_owed(books) else []


def contract_undated(books: Books) -> list[int]:
    return [row.id for row in _behind(books, Contract) if row.signed_on is None] if _is_owed(books) else []


def _behind(books: Books, table: type[Collateral] | type[Contract]) -> list[Collateral | Contract]:
    found = rows(table, project_id=books.project.id) if books.project else []
    return [row for row in found if row.ended_at is None]


def contract_unfiled(books: Books) -> list[int]:
    """Neither under its number, nor might one without a number be it."""
    if books.dossier.state is not DossierState.filed:
        return []
    numbers = {books.shown(item, "original_no") for item in books.own_papers}
    unnumbered = any(_is_unnumbered(books, item) for item in books.own_papers)
    return [row.id for row in _behind(books, Contract) if row.original_no not in numbers and not unnumbered]


def contract_unnumbered(books: Books) -> list[int]:
    if books.dossier.state is not DossierState.filed or books.project is None:
        return []
    return [item.id for item in books.own_papers if _is_unnumbered(books, item)]


def _is_unnumbered(books: Books, item: Item) -> bool:
    slot = books.slot(item)
    return slot is not None and slot.is_contract and books.shown(item, "original_no") == ""


def loan_overdue(books: Books) -> bool:
    return _is_overdue(books, ProjectKind.loan)


def guarantee_overdue(books: Books) -> bool:
    return _is_overdue(books, ProjectKind.guarantee)


def _is_overdue(books: Books, kind: ProjectKind) -> bool:
    project = books.project
    if project is None or project.due_on is None:
        return False
    return project.kind is kind and project.state is ProjectState.ended and project.due_on < books.day


def approval_stale(books: Books) -> bool:
    project = books.project
    if project is None or project.state is not ProjectState.approved or project.approved_on is None:
        return False
    return project.approved_on < books.before(APPROVED_DAYS.on(books.day))


def transferor_left(books: Books) -> Iterator[str]:
    project = books.project
    if project is not None and project.state in RUNNING:
        for role, user_id in (("A", project.a_id), ("B", project.b_id)):
            roles = {row.role for row in rows(UserRole, user_id=user_id)}
            if not session().get_one(User, user_id).active or RoleName.project_manager not in roles:
                yield role


# The hand-over


def project_paper_missing(books: Books) -> Iterator[str]:
    handover = books.handover
    if handover is None or not (handover.state is HandoverState.filed or _is_late(books, Clock.total)):
        return
    there = {item.slot_id for item in books.own_papers}
    lines = [line for line in _lines(books) if line.kind is LineKind.missing_document]
    waived = {line.slot_id for line in lines if line.state is LineState.waived}
    for slot in books.slots.values():
        mine = books.sections[slot.section_id].template_id == books.dossier.template_id
        if mine and slot.required and slot.id not in there | waived and not is_needless(books, slot):
            yield name_of(slot)


def _lines(books: Books) -> list[SupplementLine]:
    lists = rows(SupplementList, handover_id=books.handover.id) if books.handover else []
    return rows(SupplementLine, list_id=ids(lists))


def _is_late(books: Books, clock: Clock) -> bool:
    """By the newest day that was set."""
    assert books.handover is not None
    days = [row.due_on for row in rows(Deadline, handover_id=books.handover.id) if row.clock is clock]
    return bool(days) and days[-1] < books.day


def handover_late_a(books: Books) -> bool:
    handover = books.handover
    return handover is not None and handover.state is HandoverState.preparing and _is_late(books, Clock.a)


def handover_late_b(books: Books) -> bool:
    """Until the archivist has it."""
    with_b = (HandoverState.with_b, HandoverState.supplementing, HandoverState.coded)
    handover = books.handover
    return handover is not None and handover.state in with_b and _is_late(books, Clock.b)


def supplement_paper_open(books: Books) -> list[int]:
    return _wanted(books, LineKind.missing_document)


def signature_missing(books: Books) -> list[int]:
    return _wanted(books, LineKind.missing_signature)


def _wanted(books: Books, kind: LineKind) -> list[int]:
    wanted = (LineState.open, LineState.provided)
    return [line.id for line in _lines(books) if line.kind is kind and line.state in wanted]


def late_filing_waiting(books: Books) -> list[int]:
    slips = rows(LateFiling, handover_id=books.handover.id) if books.handover else []
    old = books.moment_before(ANSWER_DAYS.on(books.day))
    return [slip.id for slip in slips if slip.state is LateState.pending and slip.registered_at < old]


def postponement_undecided(books: Books) -> list[int]:
    wishes = rows(Postponement, handover_id=books.handover.id) if books.handover else []
    old = books.moment_before(ANSWER_DAYS.on(books.day))
    return [wish.id for wish in wishes if wish.state == "asked" and wish.asked_at < old]


PROJECTS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        client_number_missing,
        client_phone_missing,
        representative_missing,
        client_number_wrong,
        client_phone_wrong,
        collateral_without_certificate,
        contract_undated,
        contract_unfiled,
        contract_unnumbered,
        approval_stale,
        transferor_left,
        project_paper_missing,
        handover_late_a,
        handover_late_b,
        supplement_paper_open,
        signature_missing,
        late_filing_waiting,
        postponement_undecided,
    )
}
LOANS: dict[str, Ask] = {"loan_overdue": loan_overdue}
GUARANTEES: dict[str, Ask] = {"guarantee_overdue": guarantee_overdue}
