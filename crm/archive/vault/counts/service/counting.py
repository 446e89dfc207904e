"""Counting blind, handing in, explaining what differs, signing by two. L-24; 2.9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.vault.counts.comparing import Found, compare
from crm.archive.vault.counts.events import CountBegun, CountHandedIn, CountSigned, VarianceExplained
from crm.archive.vault.counts.path import PATH
from crm.archive.vault.counts.queries import kept_in
from crm.archive.vault.counts.standing import Standing
from crm.archive.vault.incidents import service as incidents
from crm.archive.vault.models import (
    CountFound,
    CountSignature,
    Difference,
    IncidentKind,
    TitleDocument,
    Variance,
)
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

OPENS = {Difference.missing: IncidentKind.loss, Difference.unexpected: IncidentKind.unexpected}


def begin(standing: Standing) -> None:
    """From now on nothing moves in or out of the safe until the sheet is handed in."""
    PATH.take(standing, "begin")
    standing.count.opened_at = utc_now()
    session().flush()
    record(CountBegun(**_about(standing)))


def hand_in(standing: Standing, found: Sequence[Found]) -> None:
    """The sheet as it was written; now the books are held against it, and everybody sees both."""
    PATH.expect(standing, "hand_in")
    if any(each.location_id not in standing.places for each in found):
        raise DomainError(_("Write only what lies in this safe and its slots."))
    kept, count = kept_in(list(standing.places)), standing.count
    differences = compare(kept, found)
    with session().no_autoflush:
        PATH.take(standing, "hand_in")
        count.first_id, count.counted_at = g.actor.user_id, utc_now()
        count.expected, count.found = sum(each.pieces for each in kept), sum(each.pieces for each in found)
    session().flush()
    lines = [CountFound(count_id=count.id, **_line(each)) for each in found]
    session().add_all(lines)
    session().add_all(
        Variance(
            count_id=count.id,
            document_id=each.document_id,
            kind=each.kind,
            certificate_no=each.certificate_no,
            expected=each.expected,
            found=each.found,
        )
        for each in differences
    )
    session().flush()
    told: dict[str, Any] = {"found": count.found, "expected": count.expected, "variances": len(differences)}
    record(CountHandedIn(**_about(standing), **told))


def _line(found: Found) -> dict[str, Any]:
    return {"location_id": found.location_id, "certificate_no": found.certificate_no, "pieces": found.pieces}


def explain(standing: Standing, variance: Variance, words: str, *, damaged: bool = False) -> None:
    """What is missing or in no book opens an incident; of the rest whoever explains says whether it is damaged."""
    PATH.expect(standing, "explain")
    if not words.strip():
        raise DomainError(_("Write how it came about."))
    if variance.explanation:
        raise DomainError(_("This is explained already."))
    document = session().get(TitleDocument, variance.document_id) if variance.document_id else None
    kind = OPENS.get(variance.kind) or (IncidentKind.damage if damaged else None)
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
            first = standing.signatures[0].user_id
            count.first_id, count.second_id, count.signed_at = first, g.actor.user_id, now
        session().flush()
    record(CountSigned(**_about(standing), hash=seen, complete=complete))
    return complete


def _about(standing: Standing) -> dict[str, Any]:
    count = standing.count
    return {"vault_count_id": count.id, "number": count.number.text, "safe": standing.places[count.safe_id]}
