"""Counting blind, handing in, explaining what differs, signing by two. L-24; 2.9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.counts.comparing import Found, differences, meant
from crm.archive.vault.counts.events import CountBegun, CountedAgain, CountHandedIn, CountSigned, VarianceExplained
from crm.archive.vault.counts.path import PATH
from crm.archive.vault.counts.queries import kept_elsewhere, kept_in
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.models import (
    CountFound,
    CountKind,
    CountSignature,
    Difference,
    IncidentKind,
    TitleDocument,
    TitleState,
    Variance,
)
from crm.audit.log import record
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

ADDRESS = "/archive/vault/counts/{}"


def opens(variance: Variance) -> IncidentKind | None:
    """What is missing, fewer than booked or in no book is an incident, whatever explains it."""
    if variance.kind is Difference.quantity and variance.found < variance.expected:
        return IncidentKind.shortage
    return {Difference.missing: IncidentKind.loss, Difference.unexpected: IncidentKind.unexpected}.get(variance.kind)


def begin(standing: Standing, counters: Sequence[User]) -> None:
    """Two are named, who count and sign; from now on nothing moves in or out of the safe until they hand in."""
    PATH.expect(standing, "begin")
    _open(standing, "begin", counters)
    record(CountBegun(**_about(standing), counters=[each.full_name for each in counters]))


def recount(standing: Standing, counters: Sequence[User], reason: str) -> None:
    """Before it is signed: what was handed in stays on file and counts no longer, the same or others count anew."""
    PATH.expect(standing, "recount")
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    count = standing.count
    with session().no_autoflush:
        count.sheet += 1
        count.counted_at = count.expected = count.found = None
        _open(standing, "recount", counters)
    names = [each.full_name for each in counters]
    record(CountedAgain(**_about(standing), sheet=count.sheet, counters=names, reason=reason))


def _open(standing: Standing, action: str, counters: Sequence[User]) -> None:
    _expect_two(standing, counters)
    count = standing.count
    with session().no_autoflush:
        PATH.take(standing, action)
        count.first_id, count.second_id = (each.id for each in counters)
        count.opened_at = utc_now()
    session().flush()
    path = standing.places[count.safe_id]
    tell_at(
        ADDRESS.format(count.id),
        {each.id for each in counters} - {g.actor.user_id},
        lambda: _("You count now with a second person: %(safe)s.", safe=path),
    )


def _expect_two(standing: Standing, counters: Sequence[User]) -> None:
    """One of the two is the title custodian; at a change of custodian, where that one cannot come, somebody who may
    order counts."""
    keys = {each.id for each in counters}
    if len(keys) != 2 or not keys <= {user.id for user in who_may(Permission.title_witness)}:
        raise DomainError(_("Name two different people who may count."))
    handover = standing.count.kind is CountKind.handover
    deputies = {user.id for user in who_may(Permission.title_approve)} if handover else set()
    if not keys & (standing.custodians | deputies):
        raise DomainError(_("One of the two is the title custodian. Name that one."))


def hand_in(standing: Standing, found: Sequence[Found]) -> None:
    """The sheet as it was written; now the books are held against it, and everybody sees both."""
    PATH.expect(standing, "hand_in")
    if any(each.location_id not in standing.places for each in found):
        raise DomainError(_("Write only what lies in this safe and its slots."))
    kept, count = kept_in(list(standing.places)), standing.count
    documents = meant(kept, found, kept_elsewhere(list(standing.places)))
    differs = differences(kept, found, documents)
    with session().no_autoflush:
        PATH.take(standing, "hand_in")
        count.counted_at = utc_now()
        count.expected, count.found = sum(each.pieces for each in kept), sum(each.pieces for each in found)
    session().flush()
    about = {"count_id": count.id, "sheet": count.sheet}
    session().add_all(
        CountFound(**about, **_line(line), document_id=document.document_id if document else None)
        for line, document in zip(found, documents, strict=True)
    )
    session().add_all(
        Variance(
            **about,
            document_id=each.document_id,
            kind=each.kind,
            certificate_no=each.certificate_no,
            expected=each.expected,
            found=each.found,
        )
        for each in differs
    )
    session().flush()
    told: dict[str, Any] = {"found": count.found, "expected": count.expected, "variances": len(differs)}
    record(CountHandedIn(**_about(standing), **told))


def _line(found: Found) -> dict[str, Any]:
    return {"location_id": found.location_id, "certificate_no": found.certificate_no, "pieces": found.pieces}


def explain(standing: Standing, variance: Variance, words: str, *, damaged: bool = False) -> None:
    """What `opens` an incident does; of the rest whoever explains says whether it is damaged."""
    PATH.expect(standing, "explain")
    if not words.strip():
        raise DomainError(_("Write how it came about."))
    if variance.explanation:
        raise DomainError(_("This is explained already."))
    document = session().get(TitleDocument, variance.document_id) if variance.document_id else None
    kind = opens(variance) or (IncidentKind.damage if damaged else None)
    if kind is not None:
        about = f"{standing.count.number.text} · {variance.certificate_no}{_(': ')}{words}"
        variance.incident_id = incidents.report(kind, document, about).id
    variance.explanation, variance.explained_by, variance.explained_at = words, g.actor.name, utc_now()
    session().flush()
    record(
        VarianceExplained(
            vault_count_id=standing.count.id,
            title_document_id=variance.document_id,
            title_incident_id=variance.incident_id,
            number=standing.count.number.text,
            difference=variance.kind.value,
            certificate_no=variance.certificate_no,
            explanation=words,
        )
    )


def sign(standing: Standing, seen: str) -> bool:
    """Whether that was the second signature, which ends the count. `seen`: the hash of what was read. The caller has
    asked for the own password with this very request."""
    PATH.expect(standing, "sign")
    if seen != standing.hash:
        raise DomainError(_("The count was changed since you opened this page. Read it again, then sign."))
    count, now = standing.count, utc_now()
    session().add(CountSignature(count_id=count.id, user_id=g.actor.user_id, hash=seen, signed_at=now))
    session().flush()
    complete = bool(standing.signatures)
    if complete:
        with session().no_autoflush:
            PATH.take(standing, "complete")
            count.signed_at = now
        session().flush()
        _end_losses(standing)
    record(CountSigned(**_about(standing), hash=seen, complete=complete))
    return complete


def _end_losses(standing: Standing) -> None:
    """What was reported lost before and lies there is found: two have seen it."""
    count = standing.count
    there = select(TitleDocument.id).where(
        TitleDocument.id.in_({line.document_id for line in standing.found} - {None}),
        TitleDocument.state == TitleState.in_vault,
    )
    words = _("Found at the count %(number)s.", number=count.number.text)
    people = [key for key in (count.first_id, count.second_id) if key]
    incidents.end_losses(list(session().scalars(there)), words, people, before=count.counted_at)


def _about(standing: Standing) -> dict[str, Any]:
    count = standing.count
    return {"vault_count_id": count.id, "number": count.number.text, "safe": standing.places[count.safe_id]}
