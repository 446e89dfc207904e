"""Entering title documents, and what A and B do with them until they are on a list (L-22, L-25, L-31, A-09)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from crm.archive.credit import queries as credit
from crm.archive.credit.models import Project
from crm.archive.credit.service import papers
from crm.archive.dossiers.content import content_hash, number_of
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service.custody import expect_kept
from crm.archive.handover.service.telling import tell_at
from crm.archive.vault import custody
from crm.archive.vault.custody import OBTAINED, REPLACED, Whereabouts
from crm.archive.vault.documents import queries
from crm.archive.vault.documents.certificates import canonical
from crm.archive.vault.documents.events import (
    TitleChanged,
    TitleEntered,
    TitleKept,
    TitleObtained,
    TitleVoidAsked,
    TitleVoided,
)
from crm.archive.vault.documents.path import PATH, not_a, not_a_or_b, not_second, over
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import TitleDocument, TitleKind, TitleState
from crm.audit.log import differences, record
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, NotEntitled

ADDRESS = "/archive/vault/documents/{}"
OWNERSHIP = (TitleKind.client_ownership, TitleKind.guarantor_ownership, TitleKind.other_ownership)


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleFacts:
    """What the paper says; an expected one has no number yet. `quantity`: sheets or booklets under the number."""

    kind: TitleKind
    name: str
    certificate_no: str = ""
    quantity: int = 1
    owner: str = ""
    issued_by: str = ""
    note: str = ""
    collateral_id: int | None = None


def enter(project: Project, facts: TitleFacts, obtained_at: datetime | None = None) -> TitleDocument:
    """By A or B; with `obtained_at` A has it in hand already. Raises `DomainError` for a number that is entered."""
    expect_entitled(not_a_or_b(project))
    _hold(project)
    dossier = _dossier(project)
    made = TitleDocument(
        dossier_id=dossier.id,
        state=TitleState.expected,
        entered_by_id=g.actor.user_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
        **_checked(project, facts),
    )
    _expect_new(made)
    session().add(made)
    _store()
    record(
        TitleEntered(
            title_document_id=made.id,
            project_id=project.id,
            dossier_id=dossier.id,
            title_kind=made.kind.value,
            name=made.name,
            certificate_no=made.certificate_no,
            quantity=made.quantity,
        )
    )
    if obtained_at is not None:
        obtain(project, made, made.certificate_no, obtained_at)
    return made


def change(project: Project, document: TitleDocument, facts: TitleFacts) -> None:
    """Until it is on a list; A's one keeps its number."""
    expect_entitled(not_a_or_b(project))
    custody.hold([document.id])
    PATH.expect(document, "change")
    given = _checked(project, facts)
    if document.state is TitleState.with_a and not given["certificate_no"]:
        raise DomainError(_("A has it already: write the certificate number that stands on it."))
    changes = differences(document, given)
    if not changes:
        return
    for name, value in given.items():
        setattr(document, name, value)
    with session().no_autoflush:
        _expect_new(document)
    _store()
    told = {"title_document_id": document.id, "project_id": project.id, "dossier_id": document.dossier_id}
    record(TitleChanged(**told, changes=changes))


def obtain(project: Project, document: TitleDocument, certificate_no: str, obtained_at: datetime) -> None:
    """A has it in hand; the project's first one reserves the archive number (L-31)."""
    expect_entitled(not_a(project))
    _hold(project)
    custody.hold([document.id])
    PATH.expect(document, "obtain")
    if not canonical(certificate_no):
        raise DomainError(_("Write the certificate number that stands on it."))
    if obtained_at > utc_now():
        raise DomainError(_("The moment lies in the future. Write when A had it in hand."))
    _expect_its_collateral(project, document.kind, canonical(certificate_no), document.collateral_id)
    with session().no_autoflush:
        document.certificate_no, document.obtained_at = canonical(certificate_no), obtained_at
        _expect_new(document)
    PATH.take(document, "obtain")
    _store()
    papers.reserve_number(project, business_day().year)
    custody.move(document, Whereabouts(holder_id=project.a_id), OBTAINED, at=obtained_at)
    record(
        TitleObtained(
            title_document_id=document.id,
            project_id=project.id,
            dossier_id=document.dossier_id,
            certificate_no=document.certificate_no,
            obtained_at=obtained_at,
            number=number_of(session().get_one(Dossier, document.dossier_id)),
        )
    )


def void(project: Project, document: TitleDocument, reason: str) -> None:
    """Entered wrongly, before A had it: it stays on file with the reason, and its number may be entered anew."""
    expect_entitled(not_a_or_b(project))
    custody.hold([document.id])
    _expect_reason(document, "void", reason)
    _void(project, document, "void", reason)


def ask_void(project: Project, document: TitleDocument, reason: str) -> None:
    """A has it in hand, so that another who is neither A nor B confirms it; whoever can is rung."""
    expect_entitled(not_a_or_b(project))
    custody.hold([document.id])
    _expect_reason(document, "ask_void", reason)
    document.void_asked, document.void_asked_by_id = reason, g.actor.user_id
    session().flush()
    record(TitleVoidAsked(**_about(project, document), certificate_no=document.certificate_no, reason=reason))
    words = {"name": document.name, "number": document.certificate_no, "reason": reason}
    people = custodians() | {user.id for user in who_may(Permission.title_approve)}
    tell_at(
        ADDRESS.format(document.id),
        people - {project.a_id, project.b_id},
        lambda: _("To confirm: %(name)s %(number)s is to become void. %(reason)s", **words),
    )


def confirm_void(project: Project, document: TitleDocument) -> None:
    expect_entitled(not_second(project))
    custody.hold([document.id])
    PATH.expect(document, "confirm_void")
    _void(project, document, "confirm_void", document.void_asked)
    _tell_asked(document, project, kept=False)


def keep(project: Project, document: TitleDocument, reason: str) -> None:
    """It is not void after all."""
    expect_entitled(not_second(project))
    custody.hold([document.id])
    _expect_reason(document, "keep", reason)
    document.void_asked, document.void_asked_by_id = "", None
    session().flush()
    record(TitleKept(**_about(project, document), certificate_no=document.certificate_no, reason=reason))
    _tell_asked(document, project, kept=True)


def _expect_reason(document: TitleDocument, step: str, reason: str) -> None:
    PATH.expect(document, step)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))


def _void(project: Project, document: TitleDocument, step: str, reason: str) -> None:
    with session().no_autoflush:
        PATH.take(document, step)
        document.void_reason = reason
    session().flush()
    custody.close(document)
    record(TitleVoided(**_about(project, document), certificate_no=document.certificate_no, reason=reason))


def _about(project: Project, document: TitleDocument) -> dict[str, Any]:
    return {"title_document_id": document.id, "project_id": project.id, "dossier_id": document.dossier_id}


def _tell_asked(document: TitleDocument, project: Project, *, kept: bool) -> None:
    words = {"name": document.name, "number": document.certificate_no}
    tell_at(
        ADDRESS.format(document.id),
        {project.a_id, project.b_id},
        lambda: (
            _("%(name)s %(number)s is not made void.", **words)
            if kept
            else _("%(name)s %(number)s is void now.", **words)
        ),
    )


def pass_on(dossier_id: int, former_id: int, user_id: int) -> list[TitleDocument]:
    """Another is A now and has confirmed it: what the former one had in hand is the new one's.

    Held first, then asked whose it is.
    """
    held = {each.id: each for each in custody.hold(queries.ids_of(dossier_id))}
    moved = [held[key] for key in queries.in_hands(dossier_id, former_id)]
    for document in moved:
        custody.move(document, Whereabouts(holder_id=user_id), REPLACED)
    return moved


def take_over(project: Project, seen: str) -> list[TitleDocument]:
    """The new A has the papers before the eyes and answers for them from now on; until then the former A does. `seen`:
    which documents were read. The caller has asked for the own password with this very request."""
    credit.lock(project)
    session().refresh(project, ["a_id"])
    expect_entitled(not_a(project))
    rows = queries.with_former(project)
    if not rows:
        raise DomainError(_("Nothing of this project is in a former A's hands."))
    if seen != told_of(rows):
        raise DomainError(_("The list was changed since you opened this page. Read it again, then confirm."))
    former = dict.fromkeys(row.holder_id for row in rows)
    return [each for key in former for each in pass_on(project.dossier_id or 0, key, project.a_id)]


def told_of(rows: Sequence[Any]) -> str:
    return content_hash({"documents": [[row.TitleDocument.id, row.holder_id] for row in rows]})


def expect_entitled(reason: str) -> None:
    if reason:
        raise NotEntitled(reason)


def _hold(project: Project) -> None:
    """Nobody ends or gives the project up meanwhile, nor enters its first title document a second time."""
    credit.lock(project)
    if reason := over(project):
        raise DomainError(reason)


def _dossier(project: Project) -> Dossier:
    if project.dossier_id is None:
        return papers.open_dossier(project)
    dossier = session().get_one(Dossier, project.dossier_id, populate_existing=True)
    expect_kept(dossier)
    return dossier


def _checked(project: Project, facts: TitleFacts) -> dict[str, object]:
    given = asdict(facts) | {"certificate_no": canonical(facts.certificate_no)}
    if facts.quantity < 1:
        raise DomainError(_("One piece at least."))
    if facts.collateral_id is not None and facts.collateral_id not in {row.id for row in credit.collateral(project.id)}:
        raise DomainError(_("Choose collateral of this project."))
    _expect_its_collateral(project, facts.kind, canonical(facts.certificate_no), facts.collateral_id)
    return given


def _expect_its_collateral(project: Project, kind: TitleKind, number: str, collateral_id: int | None) -> None:
    """Released with its collateral, it goes back: so it belongs to none whose certificate is another."""
    if collateral_id is None or not number:
        return
    said = {row.id: canonical(row.certificate_no) for row in credit.collateral(project.id)}
    own = said[collateral_id]
    others = {other for key, other in said.items() if key != collateral_id and other}
    if (kind in OWNERSHIP and own not in ("", number)) or (number in others and number != own):
        raise DomainError(
            _(
                "This collateral has the certificate number %(own)s. Choose the collateral that this document is of.",
                own=own or "–",
            )
        )


def _expect_new(document: TitleDocument) -> None:
    if document.certificate_no and (told := queries.same_certificate(document)):
        raise DomainError(told)


def _store() -> None:
    """Two may enter one number at the same moment: the database lets one through, the other is told."""
    try:
        session().flush()
    except IntegrityError:
        raise DomainError(
            _("Somebody else has entered this certificate number a moment ago. Look at the list first.")
        ) from None
